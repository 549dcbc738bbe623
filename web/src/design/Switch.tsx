import type { ReactNode } from "react";

interface Props {
  on: boolean;
  label: ReactNode;
  busy?: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** Something that is on or off at once; its label is beside it and says what. */
export function Switch({ on, label, busy = false, disabled = false, onChange }: Props) {
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={on}
      aria-busy={busy}
      disabled={disabled || busy}
      onClick={() => onChange(!on)}
    >
      <span className="track" aria-hidden="true" />
      {label}
    </button>
  );
}
