import type { ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  children: ReactNode; // options
}

/** One of several, named for readers only: what stands in it says the rest. */
export function Select({ label, value, onChange, disabled = false, children }: Props) {
  return (
    <span className="select">
      <select aria-label={label} value={value} disabled={disabled} onChange={({ target }) => onChange(target.value)}>
        {children}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
