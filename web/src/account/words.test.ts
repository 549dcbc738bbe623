import { expect, test } from "vitest";
import { isOver, keepsPeople } from "./words";

test.each([
  [30, "Lowlands keeps where people were for 30 days."],
  [1, "Lowlands keeps where people were for 1 day."],
  [null, "Lowlands keeps where people were for ever."],
])("of %j days: %s", (keep_people_days, said) => {
  expect(keepsPeople({ slug: "lowlands", name: "Lowlands", keep_people_days, keep_vehicles_days: null })).toBe(said);
});

test.each([
  [null, false],
  ["2026-06-20T12:00:00Z", true],
  ["2026-06-20T12:00:01Z", false],
])("a token until %j is over: %j", (expires_at, over) => {
  const token = { id: "1", name: "wall", scopes: [], created_at: 0, used_at: null, expires_at };
  expect(isOver(token, Date.parse("2026-06-20T12:00:00Z"))).toBe(over);
});
