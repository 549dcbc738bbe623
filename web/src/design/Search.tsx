interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  first?: boolean; // where a dialog begins
}

/** A search over a list on this page. */
export function Search({ label, value, onChange, first = false }: Props) {
  return (
    <input
      type="search"
      className="search-input"
      data-first={first || undefined}
      aria-label={label}
      placeholder={`${label}…`}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
