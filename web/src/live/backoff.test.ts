import { expect, test } from "vitest";
import { backoff, LONGEST_MS, SHORTEST_MS } from "./backoff";

test.each([
  [1, 1000],
  [2, 2000],
  [4, 8000],
  [5, LONGEST_MS],
  [50, LONGEST_MS],
])("attempt %i waits between half a second and %i ms", (failures, ceiling) => {
  expect(backoff(failures, () => 0)).toBe(SHORTEST_MS);
  expect(backoff(failures, () => 1)).toBe(ceiling);
});
