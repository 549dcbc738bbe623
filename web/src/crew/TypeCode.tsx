import { useState } from "react";

/** For a label that no camera can read. */
export function TypeCode({ onCode }: { onCode: (text: string) => void }) {
  const [text, setText] = useState("");
  const code = text.trim();
  return (
    <form
      className="type-code"
      onSubmit={(event) => {
        event.preventDefault();
        if (code === "") return;
        onCode(code);
        setText("");
      }}
    >
      <input
        aria-label="Code"
        data-testid="code"
        placeholder="Or type the code"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        enterKeyHint="done"
        maxLength={512}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button className="button" disabled={code === ""}>
        Scan
      </button>
    </form>
  );
}
