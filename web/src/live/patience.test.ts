import { beforeEach, expect, test, vi } from "vitest";
import { FIRST_MS, LONGEST_MS, Patience } from "./patience";

beforeEach(() => void vi.useFakeTimers());

test("it lasts twice as long each time, up to five minutes, and begins anew", () => {
  const patience = new Patience();
  const lasts = (ms: number) => {
    patience.begin("m1");
    vi.advanceTimersByTime(ms - 1);
    expect(patience.isOver("m1")).toBe(false);
    vi.advanceTimersByTime(1);
    expect(patience.isOver("m1")).toBe(true);
  };
  expect(patience.isOver("m1")).toBe(true);
  for (const ms of [FIRST_MS, 60_000, 120_000, 240_000, LONGEST_MS, LONGEST_MS]) lasts(ms);
  patience.end("m1");
  lasts(FIRST_MS);
});
