import { useMemo } from "react";
import { useStore } from "../live/store";
import { inOrder, type Message } from "./chat";
import type { Conversation } from "./conversation";
import { withPending } from "./pending";

/** What is said, oldest first, with one's own on their way; and everything known by id, for quotes. */
export function useMessages(conversation: Conversation) {
  const chat = useStore(conversation.chat);
  const entries = useStore(conversation.outbox.entries);
  const known = useMemo(() => inOrder(chat), [chat]);
  const lines = useMemo(() => {
    const ours = entries.filter(({ kind, project }) => project === conversation.project && (kind === "chat" || kind === "revision"));
    return withPending(known, conversation.me, ours);
  }, [known, entries, conversation]);
  const byId = useMemo(() => {
    const all = new Map<string, Message>();
    for (const message of chat.messages.values()) if (!Number.isNaN(message.at)) all.set(message.id, message);
    for (const message of lines) all.set(message.id, message);
    return all;
  }, [chat, lines]);
  return { lines, byId };
}
