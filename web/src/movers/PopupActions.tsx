import { useState } from "react";
import { Icon } from "../design/Icon";
import { useFeed } from "../live/useFeed";
import type { Mover } from "./movers";
import { follow, linkTo, lookBack, select } from "./selection";
import { useKeys } from "./useKeys";

/** What can be done with the selected one. */
export function PopupActions({ mover: { slug }, followed }: { mover: Mover; followed: boolean }) {
  const turn = () => (followed ? select(slug) : follow(slug));
  const { fixes } = useFeed().fleet.positions;
  const { copied, link, copy } = useCopy();
  useKeys({ f: turn });
  return (
    <>
      <div className="popup-actions">
        <button type="button" aria-pressed={followed} aria-keyshortcuts="f" title="Keep it in view (f)" onClick={turn}>
          <Icon name="follow" size={16} /> Follow
        </button>
        <button type="button" onClick={() => lookBack(slug, fixes.get(slug)?.at)}>
          <Icon name="clock" size={16} /> History
        </button>
        <button type="button" onClick={() => void copy(linkTo(slug, followed))}>
          <Icon name={copied ? "check" : "link"} size={16} />
          <span role="status">{copied ? "Copied" : "Copy link"}</span>
        </button>
      </div>
      {link && (
        <input
          className="popup-link"
          aria-label="Link"
          readOnly
          autoFocus
          value={link}
          onFocus={({ target }) => target.select()}
        />
      )}
    </>
  );
}

const TOLD_MS = 2000;

/** Where the browser doesn't let one copy, the link is shown instead. */
function useCopy() {
  const [copied, setCopied] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  async function copy(text: string) {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), TOLD_MS);
    } catch {
      setLink(text);
    }
  }
  return { copied, link, copy };
}
