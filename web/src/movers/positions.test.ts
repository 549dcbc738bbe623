import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Position } from "../contract/types";
import { fixOf, Positions } from "./positions";

const at = (seconds: number): Position => ({ at: 1_700_000_000 + seconds, lat: 52 + seconds / 1000, lon: 5 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]], [[3, 3, 1, 2]]])("of %j the newest fix is shown", (order) => {
  const positions = new Positions();
  for (const seconds of order) positions.add("truck-04", at(seconds));
  expect(positions.fixes.get("truck-04")?.lat).toBe(52.003);
  expect(positions.trails.get("truck-04")?.map(({ lat }) => lat)).toEqual([52.001, 52.002, 52.003]);
});

test("a place that is kept no longer is gone with its trail, and all are told", () => {
  const positions = new Positions();
  positions.add("anouk", at(1));
  const map = vi.fn();
  positions.subscribe(map);
  positions.remove("nobody");
  expect(map).not.toHaveBeenCalled();
  positions.remove("anouk");
  expect(map).toHaveBeenCalledExactlyOnceWith("anouk");
  expect([positions.fixes.has("anouk"), positions.trails.get("anouk")]).toEqual([false, undefined]);
});

test.each<[string, Partial<Position>, boolean]>([
  ["RFC 3339", { at: "2026-08-23T23:00:00+02:00" }, true],
  ["Unix seconds", { at: 1_700_000_000.25 }, true],
  ["no time", { at: "yesterday" }, false],
  ["no place", { lat: NaN }, false],
])("a fix with %s", (_, part, taken) => {
  expect(fixOf({ ...at(0), ...part }) !== null).toBe(taken);
});

describe("telling", () => {
  test("the map at once, lists at most once a second", () => {
    const positions = new Positions();
    const map = vi.fn();
    const list = vi.fn();
    positions.subscribe(map);
    positions.list.subscribe(list);
    vi.setSystemTime(5000);
    for (let frame = 0; frame < 30; frame++) {
      positions.add("truck-04", at(frame));
      vi.advanceTimersByTime(100);
    }
    expect(map).toHaveBeenCalledTimes(30);
    expect(list.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(list.mock.calls.length).toBeLessThanOrEqual(4);
  });

  test("the newest time of all", () => {
    const positions = new Positions();
    expect(positions.newestAt()).toBeNull();
    positions.add("a", at(9));
    positions.add("b", at(4));
    expect(positions.newestAt()).toBe(1_700_000_009_000);
  });
});
