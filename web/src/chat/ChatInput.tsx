import { useEffect, useId, useRef, type KeyboardEvent } from "react";
import type { Project } from "../contract/types";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { AttachMenu } from "./AttachMenu";
import type { Message } from "./chat";
import { DraftNote } from "./DraftNote";
import { MentionList } from "./MentionList";
import { usePinNames } from "./PinChip";
import { pinWords } from "./pins";
import { useMentions } from "./useMentions";

const LONGEST = 4000;

interface Props {
  me: string;
  project: Project;
  last: Message | null; // one's own, to be edited by the key that goes up
  onSent: () => void;
}

/** Enter sends, Shift+Enter starts a new line, the arrow up edits what one said last, Escape lets it be. */
export function ChatInput({ me, project, last, onSent }: Props) {
  const { composer, typing } = useFeed().conversation;
  const draft = useStore(composer.draft);
  const names = usePinNames();
  const input = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const mentions = useMentions(me, input, draft.text, (text) => composer.write(text));
  const offer = mentions.offers[mentions.current];
  const words = draft.pin ? pinWords(draft.pin, names) : "";
  const about = draft.about;
  useEffect(() => {
    if (about) input.current?.focus();
  }, [about]);

  function send() {
    if (composer.submit(words)) onSent();
    input.current?.focus();
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || mentions.press(event)) return;
    const does: Record<string, (() => void) | false> = {
      Enter: !event.shiftKey && send,
      ArrowUp: draft.text === "" && !about && last !== null && (() => composer.edit(last)),
      Escape: (about !== null || draft.pin !== null) && (() => composer.cancel()),
    };
    const doing = does[event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  }

  return (
    <form
      className="chat-input"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <DraftNote draft={draft} onCancel={() => composer.cancel()} onUnpin={() => composer.attach(null)} />
      <MentionList id={list} offers={mentions.offers} current={mentions.current} onTake={mentions.take} />
      <div className="row">
        {about?.how !== "edit" && <AttachMenu onAttach={(pin) => (composer.attach(pin), input.current?.focus())} />}
        <textarea
          ref={input}
          rows={1}
          data-testid="chat-input"
          aria-label={`Message to ${project.name}`}
          aria-autocomplete="list"
          aria-controls={offer ? list : undefined}
          aria-activedescendant={offer ? `${list}-${offer.slug}` : undefined}
          placeholder={`Message ${project.name}…`}
          value={draft.text}
          maxLength={LONGEST}
          enterKeyHint="send"
          onChange={(event) => {
            composer.write(event.target.value);
            mentions.follow();
            if (event.target.value.trim() !== "") typing.write();
          }}
          onSelect={mentions.follow}
          onKeyDown={press}
        />
        <button
          className="icon-button"
          aria-label={about?.how === "edit" ? "Save" : "Send"}
          title={about?.how === "edit" ? "Save" : "Send"}
          disabled={draft.text.trim() === "" && words === ""}
        >
          <Icon name={about?.how === "edit" ? "check" : "send"} />
        </button>
      </div>
    </form>
  );
}
