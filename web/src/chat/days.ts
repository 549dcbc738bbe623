/** The list as it is read: messages with a line before each day, and one before what came while one was away. */

import { keyOf, type Message } from "./chat";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "new"; readonly key: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      readonly follows: boolean; // the message before is its author's too
      readonly leads: boolean; // the next one follows
    };

const TOGETHER_MS = 180_000; // messages of one author within it stand together

/** `since` is the id of the first message that came while one was away. What waits to be sent comes last, whenever it was written. */
export function rowsOf(messages: readonly Message[], since: string | null): Row[] {
  const rows: Row[] = [];
  let day = -Infinity;
  for (const [place, message] of messages.entries()) {
    const before = messages[place - 1];
    const starts = startOfDay(message.at) > day;
    if (starts) {
      day = startOfDay(message.at);
      rows.push({ kind: "day", key: `day/${day}`, at: day });
    }
    const isNew = message.id === since;
    if (isNew) rows.push({ kind: "new", key: "new" });
    const follows = !starts && !isNew && together(before, message);
    const last = rows.at(-1);
    if (follows && last?.kind === "message") rows[rows.length - 1] = { ...last, leads: true };
    rows.push({ kind: "message", key: keyOf(message), message, follows, leads: false });
  }
  return rows;
}

/** "Today", "Yesterday", "Saturday 22 August", with the year when it isn't this one. */
export function dayWords(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000); // a day of a changed clock has 23 or 25 hours
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  const words = { weekday: "long", day: "numeric", month: "long", year } as const;
  return new Date(at).toLocaleDateString("en-GB", words).replace(",", "");
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function together(before: Message | undefined, message: Message): boolean {
  return before?.author === message.author && Math.abs(message.at - before.at) < TOGETHER_MS;
}
