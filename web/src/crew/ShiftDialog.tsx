import { useState } from "react";
import type { Project } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { now } from "../live/clock";
import { hoursUntil, until } from "./hours";
import { useCrew } from "./useCrew";

const HOURS = [4, 8, 12];
const HOUR_MS = 3_600_000;

/** No shift of mine runs, so the position is nobody's business: until when shall it be? */
export function ShiftDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { sharing } = useCrew();
  const [time, setTime] = useState("");
  const hours = hoursUntil(time, new Date(now()));

  function begin(hours: number) {
    onClose();
    void sharing.begin(project.slug, hours);
  }

  return (
    <Dialog title="Begin your shift" onClose={onClose}>
      <p className="dim">
        {project.name} sees where you are while your shift runs and this page is open. A phone’s browser stops when the
        phone is locked: keep the page in front.
      </p>
      <div className="choices hours">
        {HOURS.map((count) => (
          <button key={count} type="button" className="button" onClick={() => begin(count)}>
            <b>{count} hours</b>
            <span className="dim">until {until(now() + count * HOUR_MS, now())}</span>
          </button>
        ))}
      </div>
      <form
        className="until"
        onSubmit={(event) => {
          event.preventDefault();
          if (hours !== null) begin(hours);
        }}
      >
        <label>
          Or until
          <input type="time" value={time} onChange={(event) => setTime(event.target.value)} required />
        </label>
        <button className="button primary" disabled={hours === null}>
          Begin
        </button>
      </form>
    </Dialog>
  );
}
