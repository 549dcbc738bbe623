import { expect, test, vi } from "vitest";

const T = Date.parse("2026-06-01T02:00:00Z");
const header = (ms: number) => new Date(ms).toUTCString();

type Answer = [written: string | null, asked: number, heard: number];

test.each<[what: string, answers: Answer[], ahead: number]>([
  ["no answer yet", [], 0],
  ["a right clock, at once", [[header(T), T + 300, T + 310]], 0],
  ["a right clock, an answer that came late", [[header(T), T + 900, T + 5900]], 0],
  ["a right clock, a question that went late", [[header(T + 5000), T + 100, T + 5400]], 0],
  ["a clock an hour behind", [[header(T + 3_600_000), T, T + 40]], 3_599_960],
  ["a clock an hour ahead", [[header(T - 3_600_000), T, T + 40]], -3_599_000],
  ["known better with every answer", [[header(T + 60_000), T, T + 4000], [header(T + 69_000), T + 9000, T + 9100]], 59_900],
  ["a slow answer takes nothing back", [[header(T + 60_000), T, T], [header(T + 69_000), T + 9000, T + 15_000]], 60_000],
  ["a clock put right meanwhile", [[header(T + 60_000), T, T], [header(T + 60_000), T + 60_000, T + 60_010]], 1000],
  ["no header", [[null, T, T]], 0],
  ["no date", [["today", T, T]], 0],
])("%s", async (_, answers, ahead) => {
  vi.resetModules();
  vi.useFakeTimers({ now: T });
  const { learn, now } = await import("./clock");
  for (const answer of answers) learn(...answer);
  expect(now() - T).toBe(ahead);
  vi.useRealTimers();
});
