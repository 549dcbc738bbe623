import { expect, test } from "vitest";
import { closed, unwrapped } from "./outlines";

test.each([
  [
    "one that stays",
    [
      [10, 50],
      [20, 51],
    ],
    [
      [10, 50],
      [20, 51],
    ],
  ],
  [
    "one that goes on eastward",
    [
      [179, 65],
      [-179, 66],
      [-178, 67],
    ],
    [
      [179, 65],
      [181, 66],
      [182, 67],
    ],
  ],
  [
    "one that goes and returns",
    [
      [-179, 65],
      [179, 66],
      [-179, 67],
    ],
    [
      [-179, 65],
      [-181, 66],
      [-179, 67],
    ],
  ],
])("a line on the globe, flat: %s", (_, line, expected) => {
  expect(unwrapped(line)).toEqual(expected);
});

test("a ring around the pole is closed along the edge", () => {
  const ring = [
    [0, -70],
    [120, -70],
    [-120, -70],
    [0, -70],
  ];
  expect(closed(ring)).toEqual([
    [0, -70],
    [120, -70],
    [240, -70],
    [360, -70],
    [360, -90],
    [0, -90],
    [0, -70],
  ]);
});
