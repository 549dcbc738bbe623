import { expect, test } from "vitest";
import { doubtOf, firstSpan, lastHours, presetOf, spanOf, toLocal } from "./span";

const NOW = new Date(2026, 7, 23, 23, 40).getTime();
const MINUTE = 60_000;

test.each([
  ["never heard", undefined, -60, 0],
  ["a minute ago", -1, -60, 0],
  ["two hours ago", -120, -360, 0],
  ["at noon", -700, -1440, 0],
  ["last week", -10_000, -10_060, -9995],
])("what was heard %s begins with its own span", (_, heard, from, to) => {
  const span = firstSpan(heard === undefined ? undefined : NOW + heard * MINUTE, NOW);
  expect(span).toEqual({ from: NOW + from * MINUTE, to: NOW + to * MINUTE });
});

test.each([
  ["2026-08-23T20:00:00Z", "2026-08-23T21:00:00Z", 1],
  ["2026-08-23T15:00:00Z", "2026-08-23T21:00:00Z", 6],
  ["2026-08-23T15:30:00Z", "2026-08-23T21:00:00Z", null],
])("from %s to %s is the preset %j", (from, to, hours) => {
  const span = spanOf(from, to);
  expect(span && presetOf(span)).toBe(hours);
});

test.each([
  [null, null],
  ["2026-08-23T20:00:00Z", null],
  ["2026-08-23T20:00:00Z", "2026-08-23T20:00:00Z"],
  ["yesterday", "2026-08-23T20:00:00Z"],
])("no span: %j to %j", (from, to) => expect(spanOf(from, to)).toBeNull());

test.each([
  [lastHours(1, NOW), null],
  [lastHours(31 * 24, NOW), null],
  [lastHours(31 * 24 + 1, NOW), "31 days at most."],
  [{ from: NOW, to: NOW }, "“From” has to be before “to”."],
  [{ from: NaN, to: NOW }, "Say from when to when."],
])("the span %j: %j", (span, doubt) => expect(doubtOf(span)).toBe(doubt));

test("the clock on the wall", () => expect(toLocal(NOW)).toBe("2026-08-23T23:40"));
