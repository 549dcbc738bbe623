import { useEffect, useState } from "react";
import type { Chat } from "./chat";
import type { Feed } from "../live/feed";
import { useStore } from "../live/store";

/** Whether others have written since the chat was last in front. */
export function useUnseen(feed: Feed, looking: boolean): boolean {
  const chat = useStore(feed.conversation.chat);
  const { done } = useStore(feed.conversation.history.loading);
  const [seen, setSeen] = useState<number | null>(null);
  const newest = newestOfOthers(chat, feed.me);
  useEffect(() => {
    if (done && (looking || seen === null)) setSeen(newest);
  }, [done, looking, newest, seen]);
  return !looking && seen !== null && newest > seen;
}

function newestOfOthers(chat: Chat, me: string): number {
  let newest = 0;
  for (const { author, at } of chat.messages.values()) if (author !== me && at > newest) newest = at;
  return newest;
}
