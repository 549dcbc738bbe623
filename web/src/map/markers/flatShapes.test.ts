import { expect, test } from "vitest";
import { colour, FlatShapes, VERTEX } from "./flatShapes";

test.each([
  ["#4da3ff", 1, [0x4d, 0xa3, 0xff, 255]],
  ["#000000", 0.4, [0, 0, 0, 102]],
  ["#11171de8", 1, [0x11, 0x17, 0x1d, 255]],
])("%s at %d is %j in memory", (hex, opacity, bytes) => {
  expect([...new Uint8Array(new Uint32Array([colour(hex, opacity)]).buffer)]).toEqual(bytes);
});

test("a line has its width, and half a pixel more to fade", () => {
  const shapes = new FlatShapes();
  shapes.line(10, 20, 30, 20, 3, 0);
  const ys = Array.from({ length: shapes.count }, (_, vertex) => shapes.floats[vertex * VERTEX + 1]);
  expect([Math.min(...(ys as number[])), Math.max(...(ys as number[]))]).toEqual([18, 22]);
});

test.each<[string, (shapes: FlatShapes) => void, number]>([
  ["nothing", () => undefined, 0],
  ["a line without length", (shapes) => shapes.line(1, 1, 1, 1, 2, 0), 0],
  ["a picture", (shapes) => shapes.picture(0, 0, 80, 20, 0, 0), 6],
  ["a circle and its edge", (shapes) => shapes.circle(0, 0, 50, 0, 0), 64 * 9],
  ["a thousand pictures", (shapes) => [...Array(1000)].forEach(() => shapes.picture(0, 0, 9, 9, 0, 0)), 6000],
])("vertices of %s", (_, draw, expected) => {
  const shapes = new FlatShapes();
  draw(shapes);
  expect(shapes.count).toBe(expected);
  shapes.clear();
  expect(shapes.count).toBe(0);
});
