/** The chat of a project: messages merged by (author, id), whatever comes first, however often. */

import type { ChatPayload, ChatRow, Time } from "../contract/types";
import { instant } from "../design/times";

/** What became of a message of one's own. Others' messages are there: stored. */
export type Delivery = "sending" | "sent" | "stored" | "failed";

export interface Message {
  readonly author: string;
  readonly id: string;
  readonly at: number; // ms since 1970; NaN until the message itself has come
  readonly body: string;
  readonly replyTo: string | null;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly delivery: Delivery;
  readonly error: string | null;
}

export interface Chat {
  readonly messages: ReadonlyMap<string, Message>; // by `keyOf`
  readonly newest: number | null; // the highest number fetched
}

export const NO_CHAT: Chat = { messages: new Map(), newest: null };

export function keyOf(author: string, id: string): string {
  return `${author}/${id}`;
}

/** A message, edit or deletion as published, heard on its author's topic. */
export function hear(chat: Chat, author: string, payload: ChatPayload): Chat {
  const at = instant(payload.at);
  return change(chat, author, payload.id, (message) => {
    if ("delete" in payload) return { ...message, deletedAt: message.deletedAt ?? at };
    if ("edit" in payload) return edited(message, payload.edit, at);
    return said(message, payload.body, at, payload.reply_to ?? null, further(message.delivery, "sent"));
  });
}

/** Stored rows, which lead where they differ from what was heard. */
export function mergeRows(chat: Chat, rows: readonly ChatRow[]): Chat {
  const newest = rows.reduce((highest, { number }) => Math.max(highest, number), chat.newest ?? 0);
  return { ...rows.reduce(mergeRow, chat), newest };
}

function mergeRow(chat: Chat, row: ChatRow): Chat {
  return change(chat, row.author, row.id, (message) => {
    const editedAt = optional(row.edited_at);
    const deletedAt = optional(row.deleted_at) ?? message.deletedAt;
    const ours = { ...said(message, row.body ?? "", instant(row.at), row.reply_to ?? null, "stored"), deletedAt };
    return editedAt === null ? ours : edited(ours, row.body ?? "", editedAt);
  });
}

/** One's own message, before anybody has heard it. */
export function say(chat: Chat, author: string, id: string, body: string, at: number): Chat {
  return change(chat, author, id, (message) => said(message, body, at, null, "sending"));
}

/** News of one's own message. It only gets further; a failure stands until the next attempt. */
export function deliver(chat: Chat, author: string, id: string, delivery: Delivery, error: string | null = null): Chat {
  if (!chat.messages.has(keyOf(author, id))) return chat;
  return change(chat, author, id, (message) => {
    const next = further(message.delivery, delivery);
    return { ...message, delivery: next, error: next === "failed" ? error : null };
  });
}

/** One's own failed message, to be sent once more. */
export function sayAgain(chat: Chat, author: string, id: string): Chat {
  return change(chat, author, id, (message) => ({ ...message, delivery: "sending", error: null }));
}

/** The messages that have come, oldest first. */
export function inOrder(chat: Chat): Message[] {
  return [...chat.messages.values()]
    .filter((message) => !Number.isNaN(message.at)) // an edit may come before its message
    .sort((a, b) => a.at - b.at || (keyOf(a.author, a.id) < keyOf(b.author, b.id) ? -1 : 1));
}

const STEPS: readonly Delivery[] = ["sending", "failed", "sent", "stored"];

function further(known: Delivery, heard: Delivery): Delivery {
  return STEPS.indexOf(heard) > STEPS.indexOf(known) ? heard : known;
}

function said(message: Message, body: string, at: number, replyTo: string | null, delivery: Delivery): Message {
  const text = message.editedAt === null ? body : message.body;
  return { ...message, at, body: text, replyTo, delivery, error: null };
}

function edited(message: Message, body: string, at: number): Message {
  if (message.editedAt !== null && message.editedAt >= at) return message;
  return { ...message, body, editedAt: at };
}

function change(chat: Chat, author: string, id: string, turn: (message: Message) => Message): Chat {
  const key = keyOf(author, id);
  const messages = new Map(chat.messages);
  messages.set(key, turn(messages.get(key) ?? unheard(author, id)));
  return { ...chat, messages };
}

function unheard(author: string, id: string): Message {
  return {
    author,
    id,
    at: NaN,
    body: "",
    replyTo: null,
    editedAt: null,
    deletedAt: null,
    delivery: "sending",
    error: null,
  };
}

function optional(at: Time | null | undefined): number | null {
  return at === null || at === undefined ? null : instant(at);
}
