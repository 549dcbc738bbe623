/** What a mover is doing, in one line and one word. */

import type { Fix } from "./positions";
import { clock } from "../design/times";
import { stillSince, type Trail } from "./trails";
import { age } from "../design/times";
import { compass, kmh } from "../design/units";

export const STATES = ["moving", "stopped", "stale", "silent", "offline", "unknown"] as const;
export type State = (typeof STATES)[number];

export const STALE_MS = 60_000; // a fix older than this is shown as old
export const SILENT_MS = 5 * 60_000; // and than this, as nothing heard
const MOVING_MS = 1; // m/s
const GONE: ReadonlySet<State> = new Set(["silent", "offline"]);

/** `online` is what the source's connection said last, undefined when it said nothing. */
export function stateOf(fix: Fix | undefined, online: boolean | undefined, now: number): State {
  if (!fix) return "unknown";
  const old = now - fix.at;
  if (old > STALE_MS && online === false) return "offline";
  if (old > SILENT_MS) return "silent";
  if (old > STALE_MS) return "stale";
  return (fix.speed ?? 0) >= MOVING_MS ? "moving" : "stopped";
}

/** Whether it is missing: heard no more, or known to have no connection. */
export function isGone(state: State): boolean {
  return GONE.has(state);
}

export function activity(state: State, fix: Fix | undefined, trail: Trail, now: number): string {
  if (!fix) return "No position yet";
  switch (state) {
    case "moving":
      return [kmh(fix.speed ?? 0), fix.heading === null ? "" : compass(fix.heading)].join(" ").trim();
    case "stopped":
      return stopped(trail, now);
    case "stale":
      return `Last heard ${clock(fix.at, now)}`;
    case "offline":
      return `Offline since ${clock(fix.at, now)}`;
    default:
      return `Silent since ${clock(fix.at, now)}`;
  }
}

function stopped(trail: Trail, now: number): string {
  const since = stillSince(trail);
  if (!since || now - since.at < 60_000) return "Stopped";
  return `Stopped ${age(now - since.at)}${since.atLeast ? "+" : ""}`;
}
