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

test("a thousand browsers that lost the same server come back spread, the wider the longer it is away", () => {
  const most = (failures: number) => {
    const waits = Array.from({ length: 1000 }, () => Math.floor(backoff(failures) / 100)); // tenths of a second
    return Math.max(...waits.map((wait) => waits.filter((other) => other === wait).length));
  };
  expect(most(1)).toBeLessThan(300);
  expect(most(5)).toBeLessThan(30);
});
