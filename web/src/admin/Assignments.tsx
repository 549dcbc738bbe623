import { useState } from "react";
import type { Assignment, DeviceCard, Me } from "../contract/types";
import { Confirm } from "../design/Confirm";
import { clock, instant } from "../design/times";
import { useNow } from "../design/useNow";
import * as api from "./api";
import { AssignDialog } from "./AssignDialog";
import { stateOf, type AssignmentState } from "./assignments";

interface Props {
  device: DeviceCard;
  me: Me;
  onChange: () => Promise<void>;
}

const WORDS: Record<AssignmentState, string> = { planned: "planned", running: "now", over: "over" };

/** What a device works for, will work for and has worked for. */
export function Assignments({ device, me, onChange }: Props) {
  const [assigning, setAssigning] = useState(false);
  const [ending, setEnding] = useState<Assignment | null>(null);
  const now = useNow();
  return (
    <section className="card" aria-labelledby="assignments-title">
      <header>
        <h2 id="assignments-title">Works for</h2>
        <button type="button" className="button small" onClick={() => setAssigning(true)}>
          Assign
        </button>
      </header>
      {device.assignments.length === 0 ? (
        <p className="dim empty">Nothing so far: a spare device, for whoever needs it.</p>
      ) : (
        <ul>
          {device.assignments.map((assignment) => (
            <AssignmentRow key={assignment.id} assignment={assignment} now={now} onEnd={() => setEnding(assignment)} />
          ))}
        </ul>
      )}
      {assigning && <AssignDialog device={device} me={me} onChange={onChange} onClose={() => setAssigning(false)} />}
      {ending && <EndDialog device={device} assignment={ending} onChange={onChange} onClose={() => setEnding(null)} />}
    </section>
  );
}

function AssignmentRow({ assignment, now, onEnd }: { assignment: Assignment; now: number; onEnd: () => void }) {
  const { project, since, until } = assignment;
  const state = stateOf(assignment, now);
  return (
    <li className="entry-row" data-testid="assignment" data-state={state}>
      <span className="who">
        <span>
          <b>{project}</b> <span className="tag">{WORDS[state]}</span>
        </span>
        <span className="dim">
          {since === null ? "from the start" : `from ${clock(instant(since), now)}`}
          {until === null ? ", no end" : ` until ${clock(instant(until), now)}`}
        </span>
      </span>
      {state !== "over" && (
        <button type="button" className="button small" aria-label={`${state === "planned" ? "Cancel" : "End"}: ${project}`} onClick={onEnd}>
          {state === "planned" ? "Cancel" : "End"}
        </button>
      )}
    </li>
  );
}

interface EndProps {
  device: DeviceCard;
  assignment: Assignment;
  onChange: () => Promise<void>;
  onClose: () => void;
}

function EndDialog({ device: { slug, name }, assignment, onChange, onClose }: EndProps) {
  const planned = stateOf(assignment, useNow()) === "planned";
  const run = () => api.endAssignment(slug, assignment.id).then(onChange);
  return (
    <Confirm
      title={planned ? `Cancel what ${name} was to do?` : `${name} works for ${assignment.project} no more?`}
      word={planned ? "Cancel it" : "End it now"}
      busyWord="One moment…"
      run={run}
      onClose={onClose}
    >
      {planned
        ? `It won’t work for ${assignment.project} then.`
        : `It is off ${assignment.project}’s map now. What it recorded until now may still come in for 24 hours.`}
    </Confirm>
  );
}
