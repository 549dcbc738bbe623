import { expect, test } from "vitest";
import { GLIDE_MS, Instances } from "./instances";

const EAST = 2 ** 31 - 100; // just west of 180°
const WEST = -(2 ** 31) + 100;

function one(x = 1000, y = 2000): Instances {
  const instances = new Instances();
  instances.keep(["truck-04"]);
  instances.put(0, x, y, 0);
  instances.changed();
  return instances;
}

test.each([
  ["before it sets out", 0, 1000, 2000],
  ["half way", GLIDE_MS / 2, 1500, 2100],
  ["there", GLIDE_MS, 2000, 2200],
  ["and stays", 10 * GLIDE_MS, 2000, 2200],
])("a glide: %s", (_, after, x, y) => {
  const instances = one();
  instances.move(0, 2000, 2200, 5000, false);
  expect([instances.x(0, 5000 + after), instances.y(0, 5000 + after)]).toEqual([x, y]);
});

test("a fix on the way bends it from where it is", () => {
  const instances = one();
  instances.move(0, 2000, 2000, 0, false);
  instances.move(0, 1500, 3000, GLIDE_MS / 2, false);
  expect([instances.x(0, GLIDE_MS / 2), instances.y(0, GLIDE_MS / 2)]).toEqual([1500, 2000]);
  expect(instances.gliding(GLIDE_MS * 1.4)).toBe(true);
  expect(instances.gliding(GLIDE_MS * 1.6)).toBe(false);
});

test.each([
  ["where motion isn't wanted", 2000, true],
  ["where it can't have driven", 2_000_000, false],
])("it jumps %s", (_, x, still) => {
  const instances = one();
  instances.move(0, x, 2000, 0, still);
  expect(instances.x(0, 1)).toBe(x);
  expect(instances.gliding(1)).toBe(false);
});

test("over the antimeridian it goes the short way", () => {
  const instances = one(EAST);
  instances.move(0, WEST, 2000, 0, false);
  expect(instances.x(0, GLIDE_MS / 4)).toBe(EAST + 50);
  expect(instances.x(0, (GLIDE_MS * 3) / 4)).toBe(WEST - 50);
});

test("who stays keeps its row's content, who goes is forgotten", () => {
  const instances = new Instances();
  instances.keep(["a", "b"]);
  instances.put(1, 7, 8, 0);
  instances.show(1, { disc: 300, mark: 9, arrow: 200 });
  instances.keep(["b", "c"]);
  expect([instances.rowOf("a"), instances.rowOf("b"), instances.rowOf("c")]).toEqual([undefined, 0, 1]);
  expect([instances.x(0, 0), instances.shown(0)]).toEqual([7, { disc: 300, mark: 9, arrow: 200 }]);
});

test.each<[string, (instances: Instances) => void, unknown]>([
  ["nothing", () => undefined, null],
  ["the same place again", (instances) => instances.move(2, 5, 5, 0, false), null],
  ["the same heading again", (instances) => instances.turn(1, 0), null],
  ["one row", (instances) => instances.turn(3, 1), { from: 3, to: 4 }],
  ["two rows", (instances) => [3, 1].forEach((row) => instances.turn(row, 1)), { from: 1, to: 4 }],
])("what has to be sent to the card: %s", (_, change, expected) => {
  const instances = new Instances();
  instances.keep(["a", "b", "c", "d"]);
  instances.put(2, 5, 5, 0);
  instances.changed();
  change(instances);
  expect(instances.changed()).toEqual(expected);
  expect(instances.changed()).toBeNull();
});
