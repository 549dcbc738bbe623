import { expect, test } from "vitest";
import { told, unheard, type Message } from "./chat";
import { dayWords, rowsOf } from "./days";

const NOON = new Date(2026, 7, 23, 12).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test.each([
  [0, "Today"],
  [-12 * 60 * MINUTE, "Today"],
  [-12 * 60 * MINUTE - 1, "Yesterday"],
  [-DAY, "Yesterday"],
  [-2 * DAY, "Friday 21 August"],
  [-300 * DAY, "Monday 27 October 2025"],
])("%i ms from now: %s", (offset, words) => {
  expect(dayWords(NOON + offset, NOON)).toBe(words);
});

function say(id: string, author: string, at: number): Message {
  return told(unheard(author, id), { id, at: at / 1000, body: id });
}

/** Rows in short: the day's or the divider's kind, or the id with < when it follows and > when it leads. */
function short(messages: readonly Message[], since: string | null = null): string {
  const words = rowsOf(messages, since).map((row) =>
    row.kind === "message" ? `${row.follows ? "<" : ""}${row.message.id}${row.leads ? ">" : ""}` : row.kind,
  );
  return words.join(" ");
}

test.each<[string, Message[], string | null, string]>([
  ["nothing", [], null, ""],
  ["one author at once", [say("a", "x", NOON), say("b", "x", NOON + MINUTE), say("c", "x", NOON + 2 * MINUTE)], null, "day a> <b> <c"],
  ["a pause", [say("a", "x", NOON), say("b", "x", NOON + 4 * MINUTE)], null, "day a b"],
  ["two authors", [say("a", "x", NOON), say("b", "y", NOON), say("c", "x", NOON)], null, "day a b c"],
  ["over midnight", [say("a", "x", NOON), say("b", "x", NOON + 12 * 60 * MINUTE)], null, "day a day b"],
  ["what is new stands alone", [say("a", "x", NOON), say("b", "x", NOON), say("c", "x", NOON)], "b", "day a new b> <c"],
  ["what is new isn't here", [say("a", "x", NOON)], "z", "day a"],
  ["what waits since yesterday comes last, and brings no day back", [say("a", "x", NOON), say("b", "y", NOON - DAY)], null, "day a b"],
])("%s", (_, messages, since, expected) => {
  expect(short(messages, since)).toBe(expected);
});
