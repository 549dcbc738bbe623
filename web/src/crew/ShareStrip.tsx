import { useEffect, useState } from "react";
import type { Me, Project } from "../contract/types";
import { metres } from "../design/units";
import { useNow } from "../design/useNow";
import { Switch } from "../design/Switch";
import { useStore } from "../live/store";
import { EndDialog } from "./EndDialog";
import { keptOf } from "./known";
import type { ShareState } from "./sharing";
import { ShiftDialog } from "./ShiftDialog";
import { until } from "./hours";
import { useCrew } from "./useCrew";

const VAGUE_M = 100;
const MANY = 3; // fixes on their way; fewer are no news

interface Props {
  me: Me;
  project: Project;
  people: number | null; // who see it, as far as that is known
}

/** The switch that shares one's position: with whom, until when, and how it goes. Always in view. */
export function ShareStrip({ me, project, people }: Props) {
  const { sharing } = useCrew();
  const state = useStore(sharing.state);
  const shifts = useStore(sharing.shifts.byProject);
  const [dialog, setDialog] = useState<"begin" | "end" | null>(null);
  const now = useNow();
  const { shared } = state;
  const where = me.projects.find(({ slug }) => slug === shared?.project) ?? project;
  const shift = shifts[project.slug] ?? null;
  const heard = where === project ? people : null;
  const { phase } = useStore(sharing.realtime.connection);
  useEffect(() => {
    if (phase === "live") void sharing.shifts.ask(project.slug).catch(() => {}); // said when one switches it on
  }, [sharing, project.slug, phase]);

  async function turn(on: boolean) {
    if (!on) {
      sharing.end();
      setDialog("end");
    } else if (!(await sharing.begin(project.slug))) {
      setDialog("begin");
    }
  }

  return (
    <section className="share" data-testid="share" data-on={shared !== null} aria-label="Sharing your position">
      <div className="words">
        <b>{shared ? "Sharing your position" : "Position not shared"}</b>
        <span className="whom">
          {shared
            ? `with ${audience(heard ?? keptOf(where.slug).people)} of ${where.name} until ${until(shared.until, now)}`
            : shift && now < shift.until
              ? `You are on shift until ${until(shift.until, now)}`
              : "You are not on shift"}
        </span>
        {shared && <HowItGoes state={state} />}
        {state.said && (
          <span className="said" role="alert">
            {state.said}
          </span>
        )}
      </div>
      <Switch
        on={shared !== null}
        busy={state.busy}
        label={<span className="hidden">Share my position with {where.name}</span>}
        onChange={(on) => void turn(on)}
      />
      {dialog === "begin" && <ShiftDialog project={project} onClose={() => setDialog(null)} />}
      {dialog === "end" && <EndDialog project={where} onClose={() => setDialog(null)} />}
    </section>
  );
}

function audience(people: number | null): string {
  if (people === null) return "everybody";
  return people === 1 ? "the other one" : `the ${people} people`;
}

/** Signal, accuracy, and what couldn't leave yet. */
function HowItGoes({ state }: { state: ShareState }) {
  const { sharing } = useCrew();
  const waiting = useStore(sharing.backlog.size);
  const { phase } = useStore(sharing.realtime.connection);
  const accuracy = state.accuracy ?? 0;
  const sight = {
    searching: "Looking for where you are…",
    nowhere: "No position here: go where you see the sky",
    found: accuracy > VAGUE_M ? `Only known to ${metres(accuracy)}` : `Known to ${metres(accuracy)}`,
  }[state.sight];
  const doubtful = state.sight === "nowhere" || accuracy > VAGUE_M;
  return (
    <span className="how">
      <span className={doubtful ? "warn" : undefined}>{sight}</span>
      {phase !== "live" && <span className="warn"> · no signal, {waiting} kept to be sent</span>}
      {phase === "live" && waiting > MANY && <span className="warn"> · {waiting} still to be sent</span>}
    </span>
  );
}
