/** How long to wait before the next attempt to connect: doubling, jittered, never all browsers at once. */

export const SHORTEST_MS = 500;
export const LONGEST_MS = 15_000;

export function backoff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.max(1, failures));
  return SHORTEST_MS + random() * (ceiling - SHORTEST_MS);
}
