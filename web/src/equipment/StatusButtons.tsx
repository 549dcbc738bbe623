import { STATUSES, type Status } from "../contract/types";
import { STATUS_WORDS } from "./items";

interface Props {
  label: string;
  status: Status | null; // the one it has; null where there are several
  pending?: boolean; // on its way to have it
  disabled?: boolean;
  inList?: boolean; // a list has one tab stop, and keys of its own for these
  onAsk: (status: Status) => void;
}

/** The four statuses, each with its colour and its word. */
export function StatusButtons({ label, status, pending = false, disabled = false, inList = false, onAsk }: Props) {
  return (
    <div className="statuses" role="group" aria-label={label}>
      {STATUSES.map((each) => (
        <button
          key={each}
          type="button"
          data-status-button={each}
          data-pending={(pending && each === status) || undefined}
          aria-pressed={status === null ? undefined : each === status}
          disabled={disabled || each === status}
          tabIndex={inList ? -1 : undefined}
          onClick={() => onAsk(each)}
        >
          {pending && each === status && <span className="spinner" aria-hidden="true" />}
          {STATUS_WORDS[each]}
        </button>
      ))}
    </div>
  );
}
