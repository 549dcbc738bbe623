/** What one has asked of items and nobody has confirmed yet, laid over what is known of them. */

import type { ItemStatus, Status } from "../contract/types";
import { instant } from "../design/times";
import type { Entry } from "../live/outbox";
import type { AskedStatus } from "../live/ways";

export interface Asked {
  readonly status: Status;
  readonly at: number; // ms since 1970
}

/** By code, of all that is on its way. Of several the last one counts. */
export function askedIn(entries: readonly Entry[]): ReadonlyMap<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const { kind, fate, payload } of entries) {
    if (kind !== "status" || fate === "failed") continue;
    const { codes, status, at } = payload as AskedStatus;
    for (const code of codes) asked.set(code, { status, at: instant(at) });
  }
  return asked;
}

/** Whether what was asked is shown: what somebody has changed since stands. */
export function isPending({ at }: ItemStatus, asked: Asked | undefined): asked is Asked {
  return asked !== undefined && !(instant(at) > asked.at);
}

/** The status that is shown. */
export function statusOf(item: ItemStatus, asked: Asked | undefined): Status {
  return isPending(item, asked) ? asked.status : item.status;
}
