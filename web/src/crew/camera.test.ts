import { expect, test } from "vitest";
import { cropOf, InView } from "./camera";

test.each([
  ["a wide picture in a high box", { width: 1280, height: 720 }, { width: 360, height: 480 }, { x: 390.52, width: 498.96 }],
  ["a high picture in a wide box", { width: 720, height: 1280 }, { width: 360, height: 300 }, { x: 27.36, width: 665.28 }],
  ["a picture as its box", { width: 640, height: 480 }, { width: 640, height: 480 }, { x: 24.32, width: 591.36 }],
])("%s: what is read is what the frame shows", (_, picture, box, { x, width }) => {
  const crop = cropOf(picture, box);
  expect(crop.x).toBeCloseTo(x, 1);
  expect(crop.width).toBeCloseTo(width, 1);
  expect(crop.y + crop.height / 2).toBeCloseTo(picture.height / 2, 1);
  expect(crop.height).toBeLessThan(picture.height);
});

test("a code is new once while it is in view, and again when it was gone for two seconds", () => {
  const view = new InView();
  const seen = (text: string, ...moments: number[]) => moments.map((at) => view.isNew(text, at));
  expect(seen("A", 0, 1500, 3400, 5500)).toEqual([true, false, false, true]);
  expect(seen("B", 5500)).toEqual([true]);
});
