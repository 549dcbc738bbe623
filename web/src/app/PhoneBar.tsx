import type { IconName } from "../design/icons";
import { Count } from "../design/Count";
import { Icon } from "../design/Icon";

export type Pane = "map" | "equipment" | "chat";

export const PANES: readonly { id: Pane; word: string; icon: IconName }[] = [
  { id: "map", word: "Map", icon: "map" },
  { id: "equipment", word: "Equipment", icon: "box" },
  { id: "chat", word: "Chat", icon: "chat" },
];

export function PhoneBar({ pane, unread, onChange }: { pane: Pane; unread: number; onChange: (pane: Pane) => void }) {
  return (
    <nav className="phone-bar" aria-label="Parts of the screen">
      {PANES.map(({ id, word, icon }) => (
        <button key={id} type="button" aria-current={id === pane ? "page" : undefined} onClick={() => onChange(id)}>
          <Icon name={icon} size={22} />
          {word}
          {id === "chat" && <Count of={unread} what="unread" />}
        </button>
      ))}
    </nav>
  );
}
