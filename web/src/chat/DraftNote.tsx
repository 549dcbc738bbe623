import type { ReactNode } from "react";
import { Icon } from "../design/Icon";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import type { Draft } from "./composer";
import { usePinNames } from "./PinChip";
import { pinIcon, pinWords } from "./pins";

interface Props {
  draft: Draft;
  onCancel: () => void;
  onUnpin: () => void;
}

/** What the message being written is about: what it answers or changes, and what it points at. */
export function DraftNote({ draft: { about, pin, error }, onCancel, onUnpin }: Props) {
  const nameOf = useNames(useFeed().fleet);
  const names = usePinNames();
  return (
    <>
      {error && (
        <p className="hint error" role="alert">
          {error}
        </p>
      )}
      {about && (
        <Note word={about.how === "edit" ? "Stop editing" : "Don't reply"} onDrop={onCancel}>
          <Icon name={about.how} size={15} />
          <span className="excerpt">
            <b>{about.how === "edit" ? "Editing" : `Reply to ${nameOf(about.message.author)}`}</b> {about.message.body}
          </span>
        </Note>
      )}
      {pin && (
        <Note word="Remove the pin" onDrop={onUnpin}>
          <Icon name={pinIcon(pin)} size={15} />
          <span className="excerpt">{pinWords(pin, names)}</span>
        </Note>
      )}
    </>
  );
}

function Note({ word, onDrop, children }: { word: string; onDrop: () => void; children: ReactNode }) {
  return (
    <div className="draft-note" data-testid="draft-note">
      {children}
      <button type="button" className="icon-button" aria-label={word} title={word} onClick={onDrop}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
