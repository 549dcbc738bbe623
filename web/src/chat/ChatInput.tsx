import { useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "../design/Icon";

const LONGEST = 4000;

/** Enter sends, Shift+Enter starts a new line. */
export function ChatInput({ project, onSend }: { project: string; onSend: (body: string) => void }) {
  const [text, setText] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);

  function send() {
    if (text.trim() === "") return;
    onSend(text.trim());
    setText("");
    input.current?.focus();
  }

  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="chat-input"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        rows={1}
        data-testid="chat-input"
        aria-label={`Message to ${project}`}
        placeholder={`Message ${project}…`}
        value={text}
        maxLength={LONGEST}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
      <button className="icon-button" aria-label="Send" title="Send" disabled={text.trim() === ""}>
        <Icon name="send" />
      </button>
    </form>
  );
}
