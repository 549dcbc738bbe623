import { describe, expect, test } from "vitest";
import { addPoint, stillSince, stretches, TRAIL_MS, TRAIL_POINTS, type Trail } from "./trails";

const point = (seconds: number, lat = 52) => ({ at: seconds * 1000, lat, lon: 5 });
const times = (trail: Trail) => trail.map(({ at }) => at / 1000);
const made = (...seconds: number[]) => seconds.reduce<Trail>((trail, second) => addPoint(trail, point(second)), []);

test.each([
  ["in order", [1, 2, 3], [1, 2, 3]],
  ["late ones find their place", [1, 3, 2], [1, 2, 3]],
  ["the same time is the same point", [1, 2, 2, 1], [1, 2]],
  ["what is too old goes", [0, 10, 905], [10, 905]],
  ["what comes too old stays out", [1000, 10], [1000]],
])("%s", (_, added, expected) => {
  expect(times(made(...added))).toEqual(expected);
});

test("a trail has a bound, and the oldest go", () => {
  let trail: Trail = [];
  for (let step = 0; step < TRAIL_POINTS + 10; step++) trail = addPoint(trail, point((step * TRAIL_MS) / 1000 / 5000));
  expect(trail).toHaveLength(TRAIL_POINTS);
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
