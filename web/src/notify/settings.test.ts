import { expect, test } from "vitest";
import { isQuiet } from "./settings";

test.each([
  ["23:00", "07:00", "22:59", false],
  ["23:00", "07:00", "23:00", true],
  ["23:00", "07:00", "03:00", true],
  ["23:00", "07:00", "07:00", false],
  ["12:30", "14:00", "12:29", false],
  ["12:30", "14:00", "13:59", true],
  ["12:30", "14:00", "14:00", false],
  ["08:00", "08:00", "20:00", true],
])("quiet from %s to %s, at %s: %j", (from, to, at, expected) => {
  const now = new Date(`2026-08-23T${at}:00`);
  expect(isQuiet({ on: true, from, to }, now)).toBe(expected);
  expect(isQuiet({ on: false, from, to }, now)).toBe(false);
});
