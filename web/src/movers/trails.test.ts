import { describe, expect, test } from "vitest";
import { stillSince, stretches, TRAIL_MS, TRAIL_POINTS, Trails, type Trail } from "./trails";

const point = (seconds: number, lat = 52) => ({ at: seconds * 1000, lat, lon: 5 });
const times = (trail: Trail) => trail.map(({ at }) => at / 1000);
const made = (...seconds: number[]): Trail => {
  const trails = new Trails();
  for (const second of seconds) trails.add("truck-04", point(second));
  return trails.get("truck-04") ?? [];
};

test.each([
  ["in order", [1, 2, 3], [1, 2, 3]],
  ["late ones find their place", [1, 3, 2], [1, 2, 3]],
  ["the same time is the same point", [1, 2, 2, 1], [1, 2]],
  ["what is too old goes", [0, 10, 905], [10, 905]],
  ["what comes too old stays out", [1000, 10], [1000]],
])("%s", (_, added, expected) => {
  expect(times(made(...added))).toEqual(expected);
});

const span = (from: number, to: number) => Array.from({ length: to - from }, (_, step) => from + step);

test.each([
  ["hours of driving", span(0, 5000), span(5000 - TRAIL_MS / 1000 - 1, 5000)],
  ["what was fetched after it was driven", [...span(500, 600), ...span(0, 500)], span(0, 600)],
  ["backwards", span(0, 300).reverse(), span(0, 300)],
])("long trails: %s", (_, added, expected) => {
  expect(times(made(...added))).toEqual(expected);
});

test("a trail has a bound, and the oldest go", () => {
  const dense = Array.from({ length: TRAIL_POINTS + 10 }, (_, step) => (step * TRAIL_MS) / 1000 / 5000);
  expect(times(made(...dense))).toEqual(dense.slice(10));
});

test("all together have a budget: the more there are, the less each keeps", () => {
  const trails = new Trails(100);
  for (const second of span(0, 60)) trails.add("truck-04", point(second));
  expect(trails.get("truck-04")).toHaveLength(60);
  for (const second of span(60, 130))
    for (const source of ["truck-04", "truck-05", "truck-06", "truck-07"]) trails.add(source, point(second));
  expect(times(trails.get("truck-04") ?? [])).toEqual(span(105, 130));
  expect(times(trails.get("truck-07") ?? [])).toEqual(span(105, 130));
  expect(trails.get("truck-08")).toBeUndefined();
});

test("a trail that was read doesn't change, and what comes is in the next", () => {
  const trails = new Trails();
  trails.add("truck-04", point(1));
  const before = trails.get("truck-04");
  expect(trails.get("truck-04")).toBe(before);
  trails.add("truck-04", point(2));
  expect([before?.length, trails.get("truck-04")?.length]).toEqual([1, 2]);
});

describe("cut where nothing is known of the way", () => {
  test.each([
    ["a drive", [point(0), point(10, 52.001), point(20, 52.002)], [3]],
    ["silence", [point(0), point(1), point(500), point(501)], [2, 2]],
    ["a jump", [point(0), point(1), point(2, 53), point(3, 53)], [2, 2]],
    ["a single point", [point(0)], []],
  ])("%s", (_, trail, lengths) => {
    expect(stretches(trail).map(({ length }) => length)).toEqual(lengths);
  });
});

test.each([
  ["nowhere", [], null],
  ["always there", [point(0), point(60), point(120)], { at: 0, atLeast: true }],
  ["come at 60", [point(0, 52.01), point(60), point(120, 52.0001)], { at: 60_000, atLeast: false }],
])("still since: %s", (_, trail, expected) => {
  expect(stillSince(trail)).toEqual(expected);
});
