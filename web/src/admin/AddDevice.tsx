import { DEVICE_KINDS, type DeviceKind, type DeviceSecret, type Me } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { SlugField } from "./SlugField";

interface Props {
  me: Me;
  onAdded: (secret: DeviceSecret) => void;
  onClose: () => void;
}

/** A device to add; it is answered with its secret. */
export function AddDevice({ me, onAdded, onClose }: Props) {
  const submit = useSubmit("slug", "kind", "name", "project", "owner");

  async function add(form: FormData) {
    const text = (name: string) => String(form.get(name) ?? "").trim() || null;
    const [name, project, owner] = [text("name"), text("project"), text("owner")];
    onAdded(await api.addDevice({ slug: text("slug") ?? "", kind: text("kind") as DeviceKind, name, project, owner }));
  }

  return (
    <Dialog title="Add a device" onClose={onClose}>
      <Form submit={submit} word="Add, and show its secret" busyWord="Adding…" onSubmit={add} onCancel={onClose}>
        <div className="form-row">
          <Field label="Kind" name="kind" blame={submit.blame}>
            <select data-first>
              {DEVICE_KINDS.map((kind) => (
                <option key={kind}>{kind}</option>
              ))}
            </select>
          </Field>
          <Field label="Name" name="name" blame={submit.blame}>
            <input maxLength={200} placeholder="Truck 4" autoComplete="off" required />
          </Field>
        </div>
        <SlugField example="truck-04" what="signs in with it" blame={submit.blame} />
        <div className="form-row">
          <Field label="Works for" name="project" hint="From now on." blame={submit.blame}>
            <select>
              <option value="">nothing yet</option>
              {me.projects.map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <Field
            label="Belongs to"
            name="owner"
            hint="Only for a phone of somebody’s: where it is counts on shift only."
            blame={submit.blame}
          >
            <input placeholder="nobody" autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Field>
        </div>
      </Form>
    </Dialog>
  );
}
