import { expect, test } from "vitest";
import { hit, stacks } from "./stacks";

const at = (...spots: readonly [number, number][]) => spots.map(([x, y]) => ({ x, y }));

test.each([
  ["nobody", at(), []],
  ["each alone", at([0, 0], [30, 0], [0, 30]), [0, 1, 2]],
  ["two in one place", at([0, 0], [0, 0]), [0, 0]],
  ["over the edge of a cell", at([13, 13], [15, 15]), [0, 0]],
  ["left and above", at([14.5, 14.5], [13.5, 13.5]), [0, 0]],
  ["just beside", at([0, 0], [14, 0]), [0, 1]],
  ["a row of them: what is far from the top is no part of it", at([0, 0], [10, 0], [20, 0]), [0, 0, 2]],
  ["west of the edge of the view", at([-3, -3], [3, 3]), [0, 0]],
])("stacks: %s", (_, seen, expected) => {
  expect(stacks(seen)).toEqual(expected);
});

test.each([
  ["nobody there", at([50, 50]), []],
  ["one", at([50, 50], [8, 0]), [1]],
  ["two upon each other, the nearest first", at([6, 0], [2, 0], [80, 0]), [1, 0]],
  ["one beside another", at([0, 0], [22, 0]), [0]],
  ["a stack whose far one is out of reach itself", at([12, 0], [24, 0]), [0, 1]],
])("a click hits %s", (_, seen, expected) => {
  expect(hit(seen, { x: 0, y: 0 }, 16)).toEqual(expected);
});
