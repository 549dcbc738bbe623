/** Who has read how far: pure, from everybody's marks. */

import type { Read } from "../contract/types";
import { keyOf, type Chat, type Message } from "./chat";

export type Marks = ReadonlyMap<string, Read>;

/** Where each other person has got to: their mark, or what they wrote after it. By person, the place among `lines`. */
function placesOf(lines: readonly Message[], marks: Marks, me: string): Map<string, number> {
  const byId = new Map(lines.map(({ id }, place) => [id, place]));
  const places = new Map<string, number>();
  for (const [person, { id }] of marks) {
    const place = byId.get(id);
    if (person !== me && place !== undefined) places.set(person, place);
  }
  for (const [place, { author }] of lines.entries()) if (places.has(author)) places.set(author, Math.max(place, places.get(author) ?? 0));
  return places;
}

/** Under which message to show whom, by its key: who wrote it has read it anyway. */
export function readersUnder(lines: readonly Message[], marks: Marks, me: string): Map<string, string[]> {
  const under = new Map<string, string[]>();
  for (const [person, place] of placesOf(lines, marks, me)) {
    const line = lines[place];
    if (line && line.author !== person) under.set(keyOf(line), [...(under.get(keyOf(line)) ?? []), person]);
  }
  return under;
}

/** Who has read a message, apart from its author and oneself. */
export function readersOf(message: Message, lines: readonly Message[], marks: Marks, me: string): string[] {
  const place = lines.findIndex((line) => keyOf(line) === keyOf(message));
  const places = [...placesOf(lines, marks, me)];
  return places.filter(([person, read]) => read >= place && person !== message.author).map(([person]) => person);
}

/** The id of what was stored last, as far as is known, when that is later than `mark`: what is heard is stored after what is. */
export function lastStored({ messages }: Chat, heard: string | null, mark?: string): string | null {
  const news = heard === null ? undefined : messages.get(heard);
  let [last, marked] = [-1, -1];
  let id: string | null = null;
  for (const message of messages.values()) {
    if (message.id === mark) marked = Math.max(marked, message.number ?? -1);
    if (message.number === null || message.number <= last) continue;
    [last, id] = [message.number, message.id];
  }
  if (news && news.number === null) return news.id;
  return last > marked ? id : null;
}
