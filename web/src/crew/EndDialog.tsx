import { useState } from "react";
import type { Project } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { now } from "../live/clock";
import { until } from "./hours";
import { useCrew } from "./useCrew";

/** Nobody sees one any more; is the shift over too? */
export function EndDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { sharing } = useCrew();
  const [shift] = useState(() => sharing.shifts.running(project.slug));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function end() {
    setBusy(true);
    setError(null);
    try {
      await sharing.endShift(project.slug);
      onClose();
    } catch (reason) {
      setError(`The shift still runs: ${(reason as Error).message}`);
      setBusy(false);
    }
  }

  return (
    <Dialog title="Position off" onClose={onClose}>
      <p className="dim">
        This phone has stopped sharing where you are.
        {shift && ` Your shift on ${project.name} runs until ${until(shift.until, now())}: is it over too?`}
      </p>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <div className="choices">
        {shift && (
          <button type="button" className="button" disabled={busy} onClick={() => void end()}>
            {busy ? "Ending…" : "End my shift"}
          </button>
        )}
        <button type="button" className="button primary" onClick={onClose}>
          {shift ? "Keep the shift, only stop sharing" : "Good"}
        </button>
      </div>
    </Dialog>
  );
}
