import { expect, test } from "vitest";
import { hoursUntil, until } from "./hours";

const NOW = new Date(2026, 7, 23, 22, 30);

test.each([
  ["23:00", 0.5],
  ["06:00", 7.5],
  ["22:30", 24],
  ["", null],
  ["25:00", null],
])("until %j is %j hours", (time, hours) => expect(hoursUntil(time, NOW)).toBe(hours));

test.each([
  [7, "05:30"],
  [30, "Tue 04:30"],
])("a shift of %i hours runs until %s", (hours, words) => {
  expect(until(NOW.getTime() + hours * 3_600_000, NOW.getTime())).toBe(words);
});
