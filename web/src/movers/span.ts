/** Which time is looked back on. */

export interface Span {
  readonly from: number; // ms since 1970
  readonly to: number;
}

const HOUR_MS = 3_600_000;
export const LONGEST_MS = 31 * 24 * HOUR_MS;
const AFTERWARDS_MS = 5 * 60_000;

export const PRESETS: readonly { hours: number; word: string }[] = [
  { hours: 1, word: "1 h" },
  { hours: 6, word: "6 h" },
  { hours: 24, word: "24 h" },
];

export function lastHours(hours: number, now: number): Span {
  return { from: now - hours * HOUR_MS, to: now };
}

/** The span to begin with: the shortest preset with something in it, else the last hour that has. */
export function firstSpan(heardAt: number | undefined, now: number): Span {
  const preset = PRESETS.find(({ hours }) => heardAt === undefined || heardAt > now - hours * HOUR_MS);
  if (preset) return lastHours(preset.hours, now);
  const at = heardAt ?? now;
  return { from: at - HOUR_MS, to: at + AFTERWARDS_MS };
}

/** The span in an address, null when there is none or it makes no sense. */
export function spanOf(from: string | null, to: string | null): Span | null {
  const span = { from: Date.parse(from ?? ""), to: Date.parse(to ?? "") };
  return span.from < span.to ? span : null;
}

export function presetOf({ from, to }: Span): number | null {
  return PRESETS.find(({ hours }) => Math.abs(to - from - hours * HOUR_MS) < 1000)?.hours ?? null;
}

/** What is wrong with a span somebody wrote, null when nothing is. */
export function doubtOf({ from, to }: Span): string | null {
  if (Number.isNaN(from) || Number.isNaN(to)) return "Say from when to when.";
  if (from >= to) return "“From” has to be before “to”.";
  if (to - from > LONGEST_MS) return "31 days at most.";
  return null;
}

/** As a `datetime-local` input wants it: the clock on the wall. */
export function toLocal(at: number): string {
  const wall = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return wall.toISOString().slice(0, 16);
}
