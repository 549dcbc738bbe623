/** Who and what is connected, as far as it was said. */

import type { Presence } from "../contract/types";
import { instant } from "../design/times";

export interface Presences {
  readonly [source: string]: { readonly online: boolean; readonly at: number | null };
}

/** The newest word wins; a presence without a time is about now. */
export function mergePresence(known: Presences, source: string, presence: Presence | null): Presences {
  if (presence === null) {
    const { [source]: _, ...others } = known;
    return others;
  }
  const at = presence.at === null || presence.at === undefined ? null : instant(presence.at);
  const before = known[source]?.at ?? null;
  if (before !== null && at !== null && before > at) return known;
  return { ...known, [source]: { online: presence.online, at } };
}
