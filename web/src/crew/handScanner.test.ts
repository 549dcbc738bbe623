import { expect, test } from "vitest";
import { Wedge } from "./handScanner";

test.each([
  ["a hand scanner's", ["F", "O", "H", "Enter"], 8, "FOH"],
  ["with keys that are none", ["Shift", "F", "Shift", "O", "H", "Enter"], 8, "FOH"],
  ["a person's, who is slower", ["F", "O", "H", "Enter"], 180, null],
  ["a single key's", ["Enter"], 8, null],
])("keys that are %s", (_, keys, ms, code) => {
  const wedge = new Wedge();
  expect(keys.map((key, place) => wedge.key(key, place * ms)).at(-1)).toBe(code);
});
