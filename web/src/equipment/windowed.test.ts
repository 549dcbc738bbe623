import { expect, test } from "vitest";
import { columnsOf, scrolledTo, stretchOf } from "./windowed";

test.each([
  ["at the top", 0, 10_000, 0, 16],
  ["in the middle", 3600, 10_000, 94, 116],
  ["at the end", 359_640, 10_000, 9984, 10_000],
  ["scrolled beyond a list that has shrunk", 3600, 3, 0, 3],
  ["nothing", 0, 0, 0, 0],
])("drawn: %s", (_, top, rows, first, end) => {
  expect(stretchOf(top, 360, 36, rows)).toEqual({ first, end });
});

test.each([
  [348, 1],
  [567, 1],
  [568, 2],
  [1400, 4],
  [0, 1],
])("a width of %i px has %i columns", (width, columns) => {
  expect(columnsOf(width, 280, 8)).toBe(columns);
});

test.each([
  ["in view", 5, 100, 100],
  ["above", 1, 100, 36],
  ["below", 20, 100, 396],
])("a row %s", (_, row, top, expected) => {
  expect(scrolledTo(row, top, 360, 36)).toBe(expected);
});
