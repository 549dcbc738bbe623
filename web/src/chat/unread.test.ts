import { expect, test } from "vitest";
import { allRead, answered, countOf, heardLive, NO_TALLY, nowStored, storedIds, takenBack, type Tally } from "./unread";
import type { Unread } from "../contract/types";

type Step = (tally: Tally) => Tally;

const hears = (id: string, mentions = false): Step => (tally) => heardLive(tally, id, mentions);
const stores = (...ids: string[]): Step => (tally) => nowStored(tally, ids);
const retracts = (id: string, mentions = false): Step => (tally) => takenBack(tally, id, mentions);
/** The server's answer, newest first, to a question that is asked and answered at once. */
const answers = (ids: string[], more: Partial<Unread> = {}): Step => (tally) =>
  answered(tally, { count: ids.length, mentions: 0, ids, first: ids.at(-1) ?? null, ...more }, storedIds(tally));

test.each<[string, Step[], number, number, string | null]>([
  ["nothing", [], 0, 0, null],
  ["what the server counts", [answers(["b", "a"], { mentions: 1 })], 2, 1, "a"],
  ["what is heard since", [answers(["a"]), hears("b"), hears("c", true)], 3, 1, "a"],
  ["heard before the first answer, not stored yet", [hears("a"), answers([])], 1, 0, "a"],
  ["heard, then counted by the server: once", [hears("a", true), answers(["a"], { mentions: 1 })], 1, 1, "a"],
  ["heard twice: once", [hears("a"), hears("a")], 1, 0, "a"],
  ["stored before the question, so counted or read", [hears("a"), stores("a"), answers([])], 0, 0, null],
  ["more than the 200 ids that are named", [hears("z"), stores("z"), answers(["c", "b"], { count: 250, first: "a" })], 250, 0, "a"],
  ["all read", [answers(["a"], { mentions: 1 }), hears("b", true), allRead], 0, 0, null],
  ["read, then one more", [answers(["a"]), allRead, hears("b")], 1, 0, "b"],
  ["read here before it was stored: the server's count is late", [hears("a", true), allRead, answers(["a"], { mentions: 1 })], 0, 0, null],
  ["the same, with another one since", [hears("a"), allRead, hears("b"), answers(["b", "a"])], 1, 0, "b"],
  ["read elsewhere", [hears("a"), stores("a"), hears("b"), stores("b"), answers(["b"])], 1, 0, "b"],
  ["taken back after it was heard", [hears("a", true), retracts("a", true)], 0, 0, null],
  ["taken back after it was counted", [answers(["b", "a"], { mentions: 1 }), retracts("a", true)], 1, 0, "b"],
  ["taken back before it was counted", [retracts("a"), answers(["b"])], 1, 0, "b"],
])("%s", (_, steps, count, mentions, first) => {
  expect(countOf(steps.reduce((tally, step) => step(tally), NO_TALLY))).toEqual({ count, mentions, first });
});

test("what was stored while the question was on its way still counts beside an answer that doesn't name it", () => {
  const before = heardLive(NO_TALLY, "a", false);
  const counted = storedIds(before);
  const meanwhile = nowStored(before, ["a"]);
  const empty: Unread = { count: 0, mentions: 0, ids: [], first: null };
  expect(countOf(answered(meanwhile, empty, counted)).count).toBe(1);
  expect(countOf(answered(meanwhile, empty, storedIds(meanwhile))).count).toBe(0);
});
