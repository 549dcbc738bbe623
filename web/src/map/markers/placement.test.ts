import { expect, test } from "vitest";
import { placed } from "./placement";

const [BELOW, ABOVE, RIGHT, LEFT] = [0, 1, 2, 3];
const name = (x: number, y: number, before?: number, must = false) => ({ x, y, width: 80, height: 20, before, must });
const sides = (names: ReturnType<typeof name>[], discs: { x: number; y: number }[] = names) =>
  placed(names, discs).map((offset) => offset?.side ?? null);

test.each([
  ["below its marker", [name(100, 100)], [BELOW]],
  ["where it was", [name(100, 100, ABOVE)], [ABOVE]],
  ["above when another's disc is below", [name(100, 100), name(100, 126)], [ABOVE, BELOW]],
  ["the first has the choice", [name(100, 100), name(160, 100)], [BELOW, ABOVE]],
  ["a second name moves aside", [name(100, 100), name(130, 100), name(70, 100)], [BELOW, ABOVE, LEFT]],
  ["to the right between two", [name(100, 100), name(100, 74), name(100, 126)], [RIGHT, ABOVE, BELOW]],
])("a name goes %s", (_, names, expected) => {
  expect(sides(names)).toEqual(expected);
});

const crowd = Array.from({ length: 9 }, (_, place) => name(100 + 30 * (place % 3), 100 + 30 * Math.floor(place / 3)));

test("a name that fits nowhere is left out, and takes nobody's place", () => {
  const found = sides(crowd);
  expect(found[4]).toBeNull();
  expect(found.filter((side) => side !== null).length).toBeGreaterThan(2);
});

test("where a marker is is no place for a name, whoever's it is", () => {
  expect(sides([name(100, 100)], [{ x: 100, y: 100 }, { x: 70, y: 128 }, { x: 130, y: 75 }])).toEqual([RIGHT]);
});

test("one that must be there covers others", () => {
  expect(sides([{ ...name(130, 130), must: true }, ...crowd])[0]).toBe(BELOW);
});
