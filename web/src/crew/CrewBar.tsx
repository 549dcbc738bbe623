import { goTo, pathOf } from "../app/router";
import { Count } from "../design/Count";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/icons";

export type CrewPane = "map" | "scan" | "chat" | "me";

export const CREW_PANES: readonly { id: CrewPane; word: string; icon: IconName }[] = [
  { id: "map", word: "Map", icon: "map" },
  { id: "scan", word: "Scan", icon: "reader" },
  { id: "chat", word: "Chat", icon: "chat" },
  { id: "me", word: "Me", icon: "person" },
];

interface Props {
  project: string;
  pane: CrewPane;
  unread: number; // in the chat
  waiting: number; // to be sent
}

export function CrewBar({ project, pane, unread, waiting }: Props) {
  return (
    <nav className="crew-bar" aria-label="Parts of the screen">
      {CREW_PANES.map(({ id, word, icon }) => (
        <button
          key={id}
          type="button"
          data-pane={id}
          aria-current={id === pane ? "page" : undefined}
          onClick={() => goTo(pathOf("crew", project, id))}
        >
          <Icon name={icon} size={22} />
          {word}
          {id === "chat" && <Count of={unread} what="unread" />}
          {id === "me" && <Count of={waiting} what="waiting to be sent" />}
        </button>
      ))}
    </nav>
  );
}
