import { useRef, type KeyboardEvent } from "react";
import { Count } from "./Count";

interface Props<Id extends string> {
  tabs: readonly { readonly id: Id; readonly word: string; readonly unread?: number }[];
  current: Id;
  onChange: (tab: Id) => void;
}

/** Tabs as a keyboard expects them: one stop, arrows between. */
export function Tabs<Id extends string>({ tabs, current, onChange }: Props<Id>) {
  const list = useRef<HTMLDivElement>(null);

  function turn(event: KeyboardEvent) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const place = tabs.findIndex(({ id }) => id === current);
    const next = by && tabs[(place + by + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    list.current?.querySelector<HTMLButtonElement>(`[data-tab="${next.id}"]`)?.focus();
  }

  return (
    <div className="tabs" role="tablist" ref={list} onKeyDown={turn}>
      {tabs.map(({ id, word, unread = 0 }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-tab={id}
          aria-selected={id === current}
          tabIndex={id === current ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {word}
          <Count of={unread} what="unread" />
        </button>
      ))}
    </div>
  );
}
