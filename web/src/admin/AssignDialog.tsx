import { managed } from "../app/rights";
import type { DeviceCard, Me } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { fromLocal } from "./assignments";

interface Props {
  device: DeviceCard;
  me: Me;
  onChange: () => Promise<void>;
  onClose: () => void;
}

/** What a device is to work for, from when to when. */
export function AssignDialog({ device, me, onChange, onClose }: Props) {
  const submit = useSubmit("project", "since", "until");

  async function assign(form: FormData) {
    const [since, until] = ["since", "until"].map((name) => fromLocal(String(form.get(name))));
    const project = String(form.get("project"));
    await api.assign(device.slug, { project, since: since ?? null, until: until ?? null });
    await onChange();
    onClose();
  }

  return (
    <Dialog title={`Assign ${device.name}`} onClose={onClose}>
      <Form submit={submit} word="Assign" busyWord="Assigning…" onSubmit={assign} onCancel={onClose}>
        <Field label="Works for" name="project" blame={submit.blame}>
          <select data-first>
            {managed(me).map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <div className="form-row">
          <Field label="From" name="since" hint="Empty: from now on." blame={submit.blame}>
            <input type="datetime-local" />
          </Field>
          <Field label="Until" name="until" hint="Empty: no end." blame={submit.blame}>
            <input type="datetime-local" />
          </Field>
        </div>
        {device.project && <p className="dim">What it works for at that moment, as {device.project} now, ends there.</p>}
      </Form>
    </Dialog>
  );
}
