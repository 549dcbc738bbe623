import { useState } from "react";
import type { Project, Shift } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Confirm } from "../design/Confirm";
import { List } from "../design/List";
import { clock, instant } from "../design/times";
import { useNow } from "../design/useNow";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { PlanShift } from "./PlanShift";

const AGAIN_MS = 30_000;

/** Who is on shift when: only then is where they are the project's business. */
export function Shifts({ project }: { project: Project }) {
  const shifts = useFetched(project.slug, () => api.shifts(project.slug), AGAIN_MS);
  const [ending, setEnding] = useState<Shift | null>(null);
  const now = useNow();
  return (
    <>
      <section className="card" aria-labelledby="shifts-title">
        <h2 id="shifts-title">Shifts on {project.name}</h2>
        <List of={shifts} empty="Nobody is on shift, and no shift is planned.">
          {(shift) => (
            <ShiftRow key={shift.id} shift={shift} now={now} onEnd={() => setEnding(shift)} />
          )}
        </List>
      </section>
      <PlanShift key={project.slug} project={project} onPlanned={shifts.load} />
      {ending && <EndShift project={project} shift={ending} onChange={shifts.load} onClose={() => setEnding(null)} />}
    </>
  );
}

function ShiftRow({ shift, now, onEnd }: { shift: Shift; now: number; onEnd: () => void }) {
  const { person, name, since, until } = shift;
  const planned = instant(since) > now;
  return (
    <li className="entry-row" data-testid={`shift-${person}`} data-state={planned ? "planned" : "running"}>
      <Avatar slug={person} name={name} />
      <span className="who">
        <span>
          <b>{name}</b> <span className="tag">{planned ? "planned" : "on shift"}</span>
        </span>
        <span className="dim">
          {clock(instant(since), now)} – {clock(instant(until), now)}
        </span>
      </span>
      <button type="button" className="button small" aria-label={`${planned ? "Cancel" : "End"} the shift of ${name}`} onClick={onEnd}>
        {planned ? "Cancel" : "End"}
      </button>
    </li>
  );
}

interface EndProps {
  project: Project;
  shift: Shift;
  onChange: () => Promise<void>;
  onClose: () => void;
}

function EndShift({ project, shift, onChange, onClose }: EndProps) {
  const planned = instant(shift.since) > useNow();
  return (
    <Confirm
      title={planned ? `Cancel the shift of ${shift.name}?` : `End the shift of ${shift.name}?`}
      word={planned ? "Cancel the shift" : "End it now"}
      busyWord="One moment…"
      run={() => api.endShift(project.slug, shift.id).then(onChange)}
      onClose={onClose}
    >
      {planned
        ? "It is taken off the plan."
        : `Where ${shift.name} is from now on is nobody’s business on ${project.name}: their phone’s positions are thrown away.`}
    </Confirm>
  );
}
