import { expect, test } from "vitest";
import { backoff, LONGEST_MS, SHORTEST_MS } from "./backoff";

test.each([
  [1, SHORTEST_MS],
  [2, 1000],
  [5, 8000],
  [6, LONGEST_MS],
  [50, LONGEST_MS],
])("attempt %i waits between half a second and %i ms", (failures, ceiling) => {
  expect(backoff(failures, () => 0)).toBe(SHORTEST_MS);
  expect(backoff(failures, () => 1)).toBe(ceiling);
});
