import { useId, useRef, useState } from "react";
import { Icon } from "./Icon";

interface Props {
  label: string;
  value: string;
  testid?: string;
}

const TOLD_MS = 2000;

/** Something to take elsewhere: selected at once, and copied at a press; where the browser won't, it says how. */
export function CopyField({ label, value, testid }: Props) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState<"copied" | "by hand" | null>(null);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setSaid("copied");
      setTimeout(() => setSaid(null), TOLD_MS);
    } catch {
      field.current?.select();
      setSaid("by hand"); // without HTTPS there is no clipboard
    }
  }

  return (
    <div className="field copy-field">
      <label htmlFor={id}>{label}</label>
      <div>
        <textarea
          ref={field}
          id={id}
          readOnly
          rows={1}
          spellCheck={false}
          value={value}
          data-testid={testid}
          onFocus={({ target }) => target.select()}
        />
        <button type="button" className="button" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
          <Icon name={said === "copied" ? "check" : "copy"} size={16} /> {said === "copied" ? "Copied" : "Copy"}
        </button>
      </div>
      <p className="dim" role="status">
        {said === "by hand" && "Selected: press Ctrl+C."}
        {said === "copied" && <span className="hidden">Copied</span>}
      </p>
    </div>
  );
}
