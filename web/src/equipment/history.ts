/** What has become of an item, in a dispatcher's words. */

import type { Action, ItemEvent } from "../contract/types";
import { instant } from "../design/times";
import { STATUS_NAMES } from "./items";

/** Pages and news of one history together: each event once, as it was said last, newest first. */
export function mergeEvents(known: readonly ItemEvent[], rows: readonly ItemEvent[]): readonly ItemEvent[] {
  const byId = new Map([...known, ...rows].map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => instant(b.at) - instant(a.at) || (a.id < b.id ? 1 : -1));
}

type NameOf = (slug: string) => string;

const DONE: Record<Action, (event: ItemEvent, nameOf: NameOf) => string> = {
  out: () => "took it out",
  in: () => "brought it in",
  load: ({ vehicle }, nameOf) => `loaded it onto ${vehicle ? nameOf(vehicle) : "a vehicle"}`,
  unload: ({ vehicle }, nameOf) => (vehicle ? `took it off ${nameOf(vehicle)}` : "took it off its vehicle"),
  audit: () => "saw it",
};

/** "Anouk loaded it onto Truck 4", "Gate 1 saw it", "Dana set it to damaged". */
export function wordsOf(event: ItemEvent, nameOf: NameOf): string {
  if (event.by === null && event.action === "out") return "Put on the project"; // enrolled, by nobody who has a name
  const who = event.by ? nameOf(event.by) : "Somebody";
  const deed = event.action && DONE[event.action](event, nameOf);
  const given = event.status && `set it to ${STATUS_NAMES[event.status]}`;
  return `${who} ${[deed, given].filter(Boolean).join(" and ") || "saw it"}`;
}
