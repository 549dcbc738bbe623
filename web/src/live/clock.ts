/** One clock for every age shown: the server's, learned from its `Date` headers, so that a wrong laptop doesn't lie. */

const TOLERANCE_MS = 2_000; // the header has whole seconds and has travelled

let offset = 0;

export function now(): number {
  return Date.now() + offset;
}

export function learn(dateHeader: string | null): void {
  const theirs = Date.parse(dateHeader ?? "");
  if (Number.isNaN(theirs)) return;
  const difference = theirs - Date.now();
  offset = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
}
