import { useEffect, type KeyboardEvent, type RefObject } from "react";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/icons";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import type { Layout } from "./ItemList";

const LAYOUTS: readonly { id: Layout; word: string; icon: IconName }[] = [
  { id: "grid", word: "Cards", icon: "grid" },
  { id: "list", word: "List", icon: "list" },
];

interface Props {
  input: RefObject<HTMLInputElement | null>;
  layout: Layout;
  onLayout: (layout: Layout) => void;
  onHelp: () => void;
  onDown: () => void;
}

/** What is looked for, and how it is shown. */
export function SearchBar({ input, layout, onLayout, onHelp, onDown }: Props) {
  const { search } = useFeed().stock;
  const text = useStore(search);
  useShortcut(input);

  function press(event: KeyboardEvent) {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    onDown();
  }

  return (
    <div className="search-bar">
      <div className="search">
        <input
          ref={input}
          type="search"
          aria-label="Search equipment by name, code or tag"
          aria-keyshortcuts="Alt+/"
          placeholder="Name, code or tag"
          value={text}
          onChange={(event) => search.set(event.target.value)}
          onKeyDown={press}
        />
        {text === "" && <kbd aria-hidden="true">Alt /</kbd>}
      </div>
      <div className="layouts" role="group" aria-label="Shown as">
        {LAYOUTS.map(({ id, word, icon }) => (
          <button
            key={id}
            type="button"
            className="icon-button"
            aria-label={word}
            title={word}
            aria-pressed={id === layout}
            onClick={() => onLayout(id)}
          >
            <Icon name={icon} size={16} />
          </button>
        ))}
      </div>
      <button type="button" className="icon-button keys" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
        ?
      </button>
    </div>
  );
}

/** From anywhere on the page. */
function useShortcut(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (!event.altKey || (event.key !== "/" && event.code !== "Slash")) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [input]);
}
