/** One clock for every age shown: the server's, learned from its `Date` headers, so that a wrong laptop doesn't lie. */

const GRAIN_MS = 1_000; // the header has whole seconds

let offset = 0;

export function now(): number {
  return Date.now() + offset;
}

/**
 * The server wrote its `Date` between the asking and the hearing of the answer (ms since 1970, this browser's clock). The
 * offset changes only as far as that demands, so a slow answer says little and a right clock is left alone.
 */
export function learn(dateHeader: string | null, asked: number, heard: number): void {
  const written = Date.parse(dateHeader ?? "");
  if (Number.isNaN(written)) return;
  offset = Math.min(Math.max(offset, written - heard), written + GRAIN_MS - asked);
}
