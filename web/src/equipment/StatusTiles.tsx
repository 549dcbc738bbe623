import { STATUSES, type Status } from "../contract/types";
import { STATUS_WORDS } from "./items";

interface Props {
  counts: Record<Status, number>;
  on: ReadonlySet<Status>;
  onToggle: (status: Status) => void;
}

/** How many there are of each status; each is also a filter. */
export function StatusTiles({ counts, on, onToggle }: Props) {
  return (
    <div className="status-tiles" role="group" aria-label="Show only">
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          data-status={status}
          data-testid={`tile-${status}`}
          aria-pressed={on.has(status)}
          onClick={() => onToggle(status)}
        >
          <b>{counts[status].toLocaleString("en")}</b> {STATUS_WORDS[status]}
        </button>
      ))}
    </div>
  );
}
