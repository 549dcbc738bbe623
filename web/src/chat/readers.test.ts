import { expect, test } from "vitest";
import { keyOf, mergeRows, NO_CHAT, hear, told, unheard, type Message } from "./chat";
import { lastStored, readersOf, readersUnder } from "./readers";
import type { ChatRow, Read } from "../contract/types";

const lines: Message[] = ["dana/a", "anouk/b", "dana/c"].map((key, place) => {
  const [author = "", id = ""] = key.split("/");
  return told(unheard(author, id), { id, at: place + 1, body: id });
});
const marks = (read: Record<string, string>) =>
  new Map(Object.entries(read).map(([person, id]): [string, Read] => [person, { id, at: 0 }]));

test.each<[Record<string, string>, Record<string, string[]>]>([
  [{}, {}],
  [{ anouk: "a", vera: "a" }, { "dana/a": ["vera"] }], // anouk has written since
  [{ anouk: "c", vera: "b" }, { "dana/c": ["anouk"], "anouk/b": ["vera"] }],
  [{ dana: "c" }, {}], // one's own
  [{ vera: "z" }, {}], // further back than what is here
])("with marks %j readers stand under %j", (read, under) => {
  expect(Object.fromEntries(readersUnder(lines, marks(read), "dana"))).toEqual(under);
});

test("who has read a message has read it or a later one, or written after it", () => {
  const [a, b, c] = lines.map((line) => readersOf(line, lines, marks({ anouk: "a", vera: "b" }), "dana"));
  expect([a, b, c]).toEqual([["anouk", "vera"], ["vera"], []]);
});

const row: ChatRow = { number: 1, revision: 1, id: "", author: "dana", at: 5, body: "x", reply_to: null, pin: null, edited_at: null, deleted_at: null };

test("the last in the order of storing is marked, whenever it was written, and never less than one's mark", () => {
  const chat = mergeRows(NO_CHAT, [{ ...row, id: "late", number: 9, at: 1 }, { ...row, id: "new", number: 8, at: 2 }]);
  expect(lastStored(NO_CHAT, null)).toBeNull();
  expect(lastStored(chat, null)).toBe("late");
  expect(lastStored(chat, null, "new")).toBe("late");
  expect(lastStored(chat, null, "late")).toBeNull();
  const heard = hear(chat, [{ author: "anouk", payload: { id: "live", at: 0, body: "x" } }]);
  expect(lastStored(heard, keyOf({ author: "anouk", id: "live" }), "late")).toBe("live");
});
