import { MODES, type Mode } from "./modes";

/** What the next scans do; large, since gloves are. */
export function ScanModes({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <div className="scan-modes" role="group" aria-label="What a scan does">
      {MODES.map(({ id, word }) => (
        <button key={id} type="button" data-mode={id} aria-pressed={id === mode} onClick={() => onChange(id)}>
          {word}
        </button>
      ))}
    </div>
  );
}
