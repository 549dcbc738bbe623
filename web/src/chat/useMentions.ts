import { useState, type KeyboardEvent, type RefObject } from "react";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { begunMention, completed, offered } from "./mentions";

/** People offered while an @ is being typed: arrows choose, Enter or Tab takes, Escape lets it be. */
export function useMentions(me: string, input: RefObject<HTMLTextAreaElement | null>, text: string, write: (text: string) => void) {
  const sources = useStore(useFeed().fleet.sources);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [declined, setDeclined] = useState<string | null>(null); // the text that nobody was wanted for
  const begun = declined === text ? null : begunMention(text, Math.min(caret, text.length));
  const people = sources.filter(({ kind, slug }) => kind === "person" && slug !== me);
  const offers = begun === null ? [] : offered(begun, people);
  const current = Math.min(chosen, offers.length - 1);

  function take(slug: string) {
    const done = completed(text, caret, slug);
    write(done.text);
    setChosen(0);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(done.caret, done.caret);
      setCaret(done.caret);
    });
  }

  /** Whether the key was for the list. */
  function press(event: KeyboardEvent): boolean {
    const offer = offers[current];
    if (!offer) return false;
    const does: Record<string, () => void> = {
      ArrowDown: () => setChosen((current + 1) % offers.length),
      ArrowUp: () => setChosen((current - 1 + offers.length) % offers.length),
      Enter: () => take(offer.slug),
      Tab: () => take(offer.slug),
      Escape: () => setDeclined(text),
    };
    const doing = does[event.key];
    if (!doing || event.shiftKey) return false;
    event.preventDefault();
    doing();
    return true;
  }

  const follow = () => setCaret(input.current?.selectionStart ?? 0);
  return { offers, current, take, press, follow };
}
