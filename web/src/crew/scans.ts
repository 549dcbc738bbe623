/** What was scanned on this phone and what became of it: pure changes of one list, newest first. */

import type { Scan } from "../contract/types";
import { wordsOf, type Mode } from "./modes";

/** `waiting` to be sent or answered; `duplicate` was scanned a moment ago and not sent again. */
export type Verdict = "waiting" | "ok" | "duplicate" | "wrong_project" | "unknown" | "refused";

export interface Aim {
  readonly mode: Mode;
  readonly vehicle: string | null; // its slug, where the mode needs one
}

export interface Scanned extends Aim {
  readonly id: string;
  readonly project: string;
  readonly at: number; // ms since 1970
  readonly tag: string;
  readonly symbology: string | null; // null: typed
  readonly verdict: Verdict;
  readonly before: number | null; // when the same was done before in this session
  readonly error: string | null;
}

export const MOST = 200;
export const AGAIN_MS = 3000; // within it the same tag in the same mode is the same scan

const OUTCOMES: Readonly<Record<string, Verdict>> = {
  stored: "ok",
  duplicate: "ok", // sent again: it was stored the first time
  unknown_tag: "unknown",
  wrong_project: "wrong_project",
};

const DONE: readonly Verdict[] = ["waiting", "ok", "duplicate"];

export function verdictOf(outcome: string): Verdict {
  return OUTCOMES[outcome] ?? "refused";
}

/** When the same was done to it before, if that was the last that was done to it since `session`. */
export function doneBefore(list: readonly Scanned[], scan: Scanned, session: number): number | null {
  const last = list.find(({ tag, project }) => tag === scan.tag && project === scan.project);
  if (!last || last.at < session || !DONE.includes(last.verdict)) return null;
  return last.mode === scan.mode && last.vehicle === scan.vehicle ? last.at : null;
}

/** With one more; the oldest that nobody waits for make room. */
export function withScan(list: readonly Scanned[], scan: Scanned): readonly Scanned[] {
  return [scan, ...list].filter(({ verdict }, place) => place < MOST || verdict === "waiting");
}

/** Both, newest first; of what is in both, what `newer` says. */
export function merged(older: readonly Scanned[], newer: readonly Scanned[]): readonly Scanned[] {
  const scans = new Map([...older, ...newer].map((scan) => [scan.id, scan]));
  return [...scans.values()].sort((a, b) => b.at - a.at);
}

export function settled(list: readonly Scanned[], id: string, change: Partial<Scanned>): readonly Scanned[] {
  return list.map((scan) => (scan.id === id ? { ...scan, ...change } : scan));
}

export function payloadOf({ id, at, tag, symbology, mode, vehicle }: Scanned): Scan {
  const { action } = wordsOf(mode);
  return {
    id,
    at: new Date(at).toISOString(),
    tag,
    ...(symbology && { symbology }),
    ...(action && { action }),
    ...(vehicle && { vehicle }),
  };
}
