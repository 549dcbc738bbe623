import { useEffect, useRef } from "react";
import { useQuery } from "../app/router";

/** One search over vehicles, people and cases; `/` leads to it. */
export function SearchField({ onEnter }: { onEnter: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useQuery("q");
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest("input, textarea, select");
      if (event.key !== "/" || typing) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <div className="search">
      <input
        ref={input}
        type="search"
        aria-label="Find a vehicle, a person or a case"
        aria-keyshortcuts="/"
        placeholder="Find a vehicle, person, case…"
        value={search ?? ""}
        onChange={({ target }) => setSearch(target.value || null)}
        onKeyDown={({ key }) => key === "Enter" && search && onEnter()}
      />
      {!search && <kbd aria-hidden="true">/</kbd>}
    </div>
  );
}
