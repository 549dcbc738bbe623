import { expect, test } from "vitest";
import { fromLocal, localValue, stateOf, type AssignmentState } from "./assignments";

const NOW = Date.parse("2026-06-20T22:00:00Z");

test.each<[string | null, string | null, AssignmentState]>([
  [null, null, "running"],
  ["2026-06-20T22:00:00Z", null, "running"],
  ["2026-06-20T22:00:01Z", null, "planned"],
  [null, "2026-06-20T22:00:00Z", "over"],
  ["2026-06-20T20:00:00Z", "2026-06-20T22:00:01Z", "running"],
])("from %j until %j: %s", (since, until, state) => {
  expect(stateOf({ id: 1, project: "lowlands", since, until }, NOW)).toBe(state);
});

test("a field's time goes there and back", () => {
  expect(fromLocal(localValue(NOW))).toBe(new Date(NOW).toISOString());
  expect(fromLocal("")).toBeNull();
});
