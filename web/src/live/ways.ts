/** How each kind of entry leaves the outbox. */

import type { StatusChange } from "../equipment/api";
import { setStatus, setStatuses } from "../equipment/api";
import { buildTopic } from "../contract/topics";
import type { Entry, Settlement, Way, Ways } from "./entry";
import type { Realtime } from "./realtime";

/** A status asked for, of one item or of many. */
export interface AskedStatus extends StatusChange {
  codes: readonly string[];
}

export function waysOf(me: string, realtime: Realtime): Ways {
  const publish = ({ project, payload }: Entry, kind: string) =>
    realtime.publish(buildTopic(project, kind, me), payload);
  return {
    chat: { ...PUBLISHED, send: (entry) => publish(entry, "chat").then(() => null) },
    revision: { ...PUBLISHED, send: (entry) => publish(entry, "chat").then(() => STORED), receipt: false },
    scan: { ...PUBLISHED, send: (entry) => publish(entry, "scan").then(() => null), refuses: () => false },
    status: { send: ({ payload }) => ask(payload as AskedStatus), inOrder: false, receipt: false, refuses: notStored },
  } satisfies Record<string, Way>;
}

const PUBLISHED = { inOrder: true, receipt: true, refuses: notStored };
const STORED: Settlement = { outcome: "stored" };

/** Answered with the items as they are now. */
async function ask({ codes, ...change }: AskedStatus): Promise<Settlement> {
  const [only, ...others] = codes;
  const one = only !== undefined && others.length === 0;
  return { ...STORED, answer: one ? [await setStatus(only, change)] : await setStatuses(codes, change) };
}

function notStored(outcome: string): boolean {
  return outcome !== "stored" && outcome !== "duplicate";
}
