/** The chat of a project: messages merged by (author, id), whatever comes first, however often. */

import type { ChatPayload, ChatRow, Pin, Time } from "../contract/types";
import { instant } from "../design/times";
import { mentionsIn } from "./mentions";

/** What became of a message of one's own. Others' messages are there: stored. */
export type Delivery = "sending" | "sent" | "stored" | "failed";

export interface Message {
  readonly author: string;
  readonly id: string;
  readonly at: number; // ms since 1970; NaN until the message itself has come
  readonly number: number | null; // the order of storing, once fetched
  readonly body: string;
  readonly replyTo: string | null;
  readonly pin: Pin | null;
  readonly mentions: readonly string[];
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly delivery: Delivery;
  readonly entry: string | null; // what of it waits in the outbox
  readonly error: string | null;
}

export interface Chat {
  readonly messages: ReadonlyMap<string, Message>; // by `keyOf`
  readonly from: number; // ms since 1970; what was said since is all here, of what was said before only pieces
  readonly revision: number; // every change up to it is here
}

export const NO_CHAT: Chat = { messages: new Map(), from: -Infinity, revision: 0 };

export function keyOf({ author, id }: { author: string; id: string }): string {
  return `${author}/${id}`;
}

/** Something published by its author. */
export interface Said {
  readonly author: string;
  readonly payload: ChatPayload;
}

/** Messages, edits and deletions as published, heard on their authors' topics. */
export function hear(chat: Chat, heard: readonly Said[]): Chat {
  const turns = heard.map(({ author, payload }) => turn(author, payload.id, (message) => told(message, payload)));
  return changed(chat, turns);
}

/** Stored rows, which lead where they differ from what was heard. */
export function mergeRows(chat: Chat, rows: readonly ChatRow[]): Chat {
  return changed(chat, rows.map((row) => turn(row.author, row.id, (message) => stored(message, row))));
}

/** Rows that were asked for by revision: all changes up to the last of them are known then. */
export function caughtUp(chat: Chat, rows: readonly ChatRow[]): Chat {
  const revision = rows.reduce((highest, row) => Math.max(highest, row.revision), chat.revision);
  return { ...mergeRows(chat, rows), revision };
}

/** Receipts: these messages of `author` are stored. */
export function settle(chat: Chat, author: string, ids: readonly string[]): Chat {
  const known = ids.filter((id) => chat.messages.get(keyOf({ author, id }))?.delivery === "sent");
  if (known.length === 0) return chat;
  return changed(chat, known.map((id) => turn(author, id, (message) => ({ ...message, delivery: "stored" }))));
}

/** The messages that have come, oldest first, from where nothing is missing. */
export function inOrder({ messages, from }: Chat): Message[] {
  return [...messages.values()].filter(({ at }) => at >= from).sort(byTime); // an edit may come before its message
}

/** The message with this id, whoever wrote it. */
export function messageOf({ messages }: Chat, id: string): Message | undefined {
  for (const message of messages.values()) if (message.id === id && !Number.isNaN(message.at)) return message;
  return undefined;
}

/** A message after an edit or a deletion of it, or as it was first said. */
export function told(message: Message, payload: ChatPayload): Message {
  const at = instant(payload.at);
  if ("delete" in payload) return { ...message, deletedAt: message.deletedAt ?? at };
  if ("edit" in payload) return edited(message, payload.edit, at);
  const { body, reply_to: replyTo = null, pin = null } = payload;
  return worded({ ...message, at, replyTo, pin }, message.editedAt === null ? body : message.body);
}

/** A message that nothing is known of yet but whose it is. */
export function unheard(author: string, id: string): Message {
  return {
    author,
    id,
    at: NaN,
    number: null,
    body: "",
    replyTo: null,
    pin: null,
    mentions: [],
    editedAt: null,
    deletedAt: null,
    delivery: "sent",
    entry: null,
    error: null,
  };
}

function stored(message: Message, row: ChatRow): Message {
  const said = { at: instant(row.at), number: row.number, replyTo: row.reply_to, pin: row.pin, delivery: "stored" } as const;
  const deletedAt = optional(row.deleted_at) ?? message.deletedAt;
  const ours = { ...message, ...said, deletedAt };
  const editedAt = optional(row.edited_at);
  if (editedAt !== null) return edited(ours, row.body ?? "", editedAt);
  return message.editedAt === null ? worded(ours, row.body ?? "") : ours;
}

function edited(message: Message, body: string, at: number): Message {
  if (message.editedAt !== null && message.editedAt >= at) return message;
  return worded({ ...message, editedAt: at }, body);
}

function worded(message: Message, body: string): Message {
  return { ...message, body, mentions: mentionsIn(body) };
}

function byTime(a: Message, b: Message): number {
  return a.at - b.at || (keyOf(a) < keyOf(b) ? -1 : 1);
}

interface Turn {
  readonly author: string;
  readonly id: string;
  readonly change: (message: Message) => Message;
}

function turn(author: string, id: string, change: (message: Message) => Message): Turn {
  return { author, id, change };
}

function changed(chat: Chat, turns: readonly Turn[]): Chat {
  const messages = new Map(chat.messages);
  for (const { author, id, change } of turns) {
    const key = keyOf({ author, id });
    messages.set(key, change(messages.get(key) ?? unheard(author, id)));
  }
  return { ...chat, messages };
}

function optional(at: Time | null): number | null {
  return at === null ? null : instant(at);
}
