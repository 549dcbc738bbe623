import { useEffect, useState } from "react";
import type { Conversation } from "./conversation";
import { useStore } from "../live/store";

/**
 * The first message that one hadn't read when it came up: it keeps its line until one writes oneself. `ready` once it is
 * known and loaded; what is read before would be read unseen.
 */
export function useNewSince(conversation: Conversation, brief: boolean) {
  const { first } = useStore(conversation.unread);
  const answered = useStore(conversation.reading.answered);
  const { done } = useStore(conversation.history.loading);
  const [since, setSince] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const [reached, setReached] = useState<string | null>(null);
  if (answered && !opened) {
    setOpened(true);
    setSince(first);
  }
  useEffect(() => {
    if (first !== null && conversation.unread.get().first === first) setSince(first); // and wasn't read on sight
  }, [first, conversation]);
  useEffect(() => {
    if (since !== null && done && !brief) void conversation.history.reach(since).then(() => setReached(since));
  }, [since, done, brief, conversation]);
  const ready = opened && done && (brief || since === null || reached === since);
  return { since: brief ? null : since, ready, forget: () => setSince(null) };
}
