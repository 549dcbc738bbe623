import { beforeEach, expect, test, vi } from "vitest";
import type { Realtime } from "../live/realtime";
import { Typing, writingWords } from "./typing";

test.each([
  [[], ""],
  [["Anouk Peeters"], "Anouk is writing…"],
  [["Anouk Peeters", "Joris"], "Anouk and Joris are writing…"],
  [["Anouk", "Joris", "Vera Vos", "Sara"], "Anouk, Joris and 2 more are writing…"],
])("%j: %s", (names, words) => {
  expect(writingWords(names)).toBe(words);
});

const publish = vi.fn(() => Promise.resolve());
let typing: Typing;

beforeEach(() => {
  vi.useFakeTimers();
  publish.mockClear();
  typing = new Typing("lowlands", "dana", { publish } as unknown as Realtime);
});

test("others are shown for five seconds after they last wrote, and never oneself", () => {
  typing.heard("dana");
  typing.heard("anouk");
  vi.advanceTimersByTime(3000);
  typing.heard("anouk");
  vi.advanceTimersByTime(4999);
  expect(typing.writers.get()).toEqual(["anouk"]);
  vi.advanceTimersByTime(1);
  expect(typing.writers.get()).toEqual([]);
});

test("who has sent it isn't writing any more", () => {
  typing.heard("anouk");
  typing.stopped("anouk");
  expect(typing.writers.get()).toEqual([]);
});

test("it is said every three seconds at most, and at once after sending", () => {
  for (let n = 0; n < 10; n++) typing.write();
  expect(publish).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3000);
  typing.write();
  typing.done();
  typing.write();
  expect(publish).toHaveBeenCalledTimes(3);
});
