import { expect, test } from "vitest";
import { TRAIL_MS } from "../../movers/trails";
import { endOf, trailLines } from "./trailLines";

const NOW = 10 * TRAIL_MS;
const STEP = TRAIL_MS / 6;
/** Points so many steps of fading ago, each 0.0001° further north. */
const trail = (...ago: number[]) => ago.map((steps, place) => ({ at: NOW - steps * STEP, lat: 52 + place / 10_000, lon: 5 }));
const dense = (from: number, to: number) =>
  Array.from({ length: (from - to) * 10 + 1 }, (_, place) => from - place / 10);

function drawn(points: ReturnType<typeof trail>, least = 0) {
  const { features } = trailLines(
    [{ group: "vehicle", selected: false, trail: points, fixedAt: points.at(-1)?.at ?? 0 }],
    least,
    NOW,
  );
  return features.map(({ properties, geometry }) => [properties?.fade, geometry.coordinates.length]);
}

test.each([
  ["nothing", trail(), []],
  ["where it is now, the marker draws", trail(0.2, 0.1), []],
  ["young", trail(0.3, 0.2, 0.1, 0), [[1, 3]]],
  ["cut where it fades, the pieces joined", trail(...dense(1.45, 0.45)), [[5 / 6, 6], [1, 5]]],
  ["the oldest is still there", trail(...dense(6, 5.5)), [[1 / 6, 5]]],
])("a trail: %s", (_, points, expected) => {
  expect(drawn(points)).toEqual(expected);
});

test("what can't be told apart is left out, but for the ends", () => {
  expect(drawn(trail(...dense(0.9, 0)), 0.00025)).toEqual([[1, 4]]);
});

test.each([
  ["the point before the last", trail(0.2, 0.1, 0), 0.1],
  ["nowhere when there is but one", trail(0), null],
  ["nowhere when it came from nowhere", [...trail(5.9, 5.8), { at: NOW, lat: 60, lon: 5 }], null],
])("a line ends at %s", (_, points, steps) => {
  const end = endOf(points, NOW);
  expect(end && Math.round(((NOW - end.at) / STEP) * 10) / 10).toBe(steps);
});
