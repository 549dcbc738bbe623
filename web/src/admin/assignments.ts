/** When a device works for whom. */

import type { Assignment } from "../contract/types";
import { instant } from "../design/times";

export type AssignmentState = "planned" | "running" | "over";

export function stateOf({ since, until }: Assignment, now: number): AssignmentState {
  if (until !== null && instant(until) <= now) return "over";
  return since !== null && instant(since) > now ? "planned" : "running";
}

const PAD = (part: number) => String(part).padStart(2, "0");

/** As a field of type datetime-local has it, in the time of this browser. */
export function localValue(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${PAD(date.getMonth() + 1)}-${PAD(date.getDate())}T${PAD(date.getHours())}:${PAD(date.getMinutes())}`;
}

/** What such a field says, for the server; null when it says nothing. */
export function fromLocal(value: string): string | null {
  const at = Date.parse(value); // without an offset: here
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
