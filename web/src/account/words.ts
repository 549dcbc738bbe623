/** What one's account says in plain sentences. */

import type { ApiToken, ProjectSettings, Scope, StoredCount } from "../contract/types";
import { instant } from "../design/times";

export const SCOPE_WORDS: Record<Scope, { word: string; means: string }> = {
  read: { word: "Read", means: "hear what is live and read what is stored, as you may" },
  publish: { word: "Publish", means: "send positions, scans and messages as you" },
  manage: { word: "Manage", means: "change people, devices and shifts, as you may" },
};

export const KIND_WORDS: Record<StoredCount["kind"], string> = {
  positions: "Positions",
  scans: "Scans",
  messages: "Messages",
  shifts: "Shifts",
};

/** "30 days", "1 day", "for ever". */
export function keeping(days: number | null): string {
  if (days === null) return "for ever";
  return days === 1 ? "1 day" : `${days} days`;
}

/** "Lowlands keeps where people were for 30 days." */
export function keepsPeople({ name, keep_people_days }: ProjectSettings): string {
  const long = keeping(keep_people_days);
  return `${name} keeps where people were ${keep_people_days === null ? long : `for ${long}`}.`;
}

/** Whether a token signs nobody in any more. */
export function isOver({ expires_at }: ApiToken, now: number): boolean {
  return expires_at !== null && instant(expires_at) <= now;
}
