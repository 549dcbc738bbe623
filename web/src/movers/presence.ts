/** Who and what is connected, as far as it was said. */

import type { Presence } from "../contract/types";
import { instant } from "../design/times";

export interface Presences {
  readonly [source: string]: { readonly online: boolean; readonly at: number | null };
}

/** What was said of sources, in order of hearing it; the newest word wins, and one without a time is about now. */
export function mergePresences(
  known: Presences,
  said: readonly (readonly [source: string, Presence | null])[],
): Presences {
  const merged: Record<string, Presences[string]> = { ...known };
  for (const [source, presence] of said) {
    if (presence === null) {
      delete merged[source];
      continue;
    }
    const at = presence.at === null || presence.at === undefined ? null : instant(presence.at);
    const before = merged[source]?.at ?? null;
    if (before === null || at === null || before <= at) merged[source] = { online: presence.online, at };
  }
  return merged;
}
