import type { ReactNode } from "react";

interface Props<Id extends string> {
  label: string;
  chips: readonly { readonly id: Id; readonly word: ReactNode }[];
  on: ReadonlySet<Id>;
  onToggle: (id: Id) => void;
}

/** Filters side by side, any number of them on. */
export function Chips<Id extends string>({ label, chips, on, onToggle }: Props<Id>) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {chips.map(({ id, word }) => (
        <button
          key={id}
          type="button"
          className="chip"
          data-chip={id}
          aria-pressed={on.has(id)}
          onClick={() => onToggle(id)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
