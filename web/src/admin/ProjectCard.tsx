import { ask } from "../app/session";
import type { ProjectSettings } from "../contract/types";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { Loaded } from "../design/Loaded";
import { useSubmit } from "../design/useSubmit";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { Members } from "./Members";
import { Rename } from "./Rename";

/** One project: its name, how long it keeps positions, who is on it. */
export function ProjectCard({ slug }: { slug: string }) {
  const settings = useFetched(slug, () => api.settings(slug));
  return (
    <Loaded of={settings}>
      {(project) => (
        <div className="cards" data-testid="project-card">
          <section className="card">
            <header>
              <Rename
                name={project.name}
                rename={async (name) => {
                  settings.know(await api.changeProject(slug, { name }));
                  await ask();
                }}
              />
              <code>{project.slug}</code>
            </header>
            <Keeping project={project} onChange={settings.know} />
          </section>
          <Members project={project} />
        </div>
      )}
    </Loaded>
  );
}

/** For how many days positions are kept; empty is for ever. */
function Keeping({ project, onChange }: { project: ProjectSettings; onChange: (project: ProjectSettings) => void }) {
  const submit = useSubmit("keep_people_days", "keep_vehicles_days");

  async function keep(form: FormData) {
    const [people, vehicles] = ["keep_people_days", "keep_vehicles_days"].map((name) => {
      const text = String(form.get(name));
      return text ? Number(text) : null;
    });
    onChange(await api.changeProject(project.slug, { keep_people_days: people ?? null, keep_vehicles_days: vehicles ?? null }));
  }

  return (
    <Form submit={submit} word="Keep so long" busyWord="Saving…" label="How long positions are kept" onSubmit={keep}>
      <div className="form-row">
        <Field label="Days to keep where people were" name="keep_people_days" hint="Empty: for ever." blame={submit.blame}>
          <input type="number" min={1} max={36500} placeholder="for ever" defaultValue={project.keep_people_days ?? ""} />
        </Field>
        <Field label="Days to keep where all else was" name="keep_vehicles_days" hint="Empty: for ever." blame={submit.blame}>
          <input type="number" min={1} max={36500} placeholder="for ever" defaultValue={project.keep_vehicles_days ?? ""} />
        </Field>
      </div>
      <p className="dim">Positions that are older are erased, once and for all.</p>
    </Form>
  );
}
