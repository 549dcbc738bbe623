import type { Project } from "../contract/types";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { Loaded } from "../design/Loaded";
import { useSubmit } from "../design/useSubmit";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { fromLocal } from "./assignments";

/** A shift to begin now, or to plan. */
export function PlanShift({ project, onPlanned }: { project: Project; onPlanned: () => Promise<void> }) {
  const members = useFetched(project.slug, () => api.members(project.slug));
  const submit = useSubmit("person", "since", "hours");

  async function plan(form: FormData) {
    const since = fromLocal(String(form.get("since"))) ?? undefined;
    await api.planShift(project.slug, String(form.get("person")), Number(form.get("hours")), since);
    await onPlanned();
  }

  return (
    <section className="card" aria-labelledby="plan-title">
      <h2 id="plan-title">Put somebody on shift</h2>
      <Loaded of={members}>
        {(all) => {
          const crew = all.filter(({ role, enabled }) => role !== "viewer" && enabled);
          if (crew.length === 0) return <p className="dim empty">Nobody on {project.name} can be on shift: viewers only watch.</p>;
          return (
            <Form submit={submit} word="Put on shift" busyWord="One moment…" label="Put somebody on shift" onSubmit={plan} onDone={(form) => form.reset()}>
              <div className="form-row">
                <Field label="Who" name="person" blame={submit.blame}>
                  <select>
                    {crew.map(({ slug, name }) => (
                      <option key={slug} value={slug}>
                        {name}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field label="From" name="since" hint="Empty: from now on." blame={submit.blame}>
                  <input type="datetime-local" />
                </Field>
                <Field label="Hours" name="hours" hint="24 at most." blame={submit.blame}>
                  <input type="number" min={0.5} max={24} step={0.5} defaultValue={8} required />
                </Field>
              </div>
            </Form>
          );
        }}
      </Loaded>
    </section>
  );
}
