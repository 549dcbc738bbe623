/** What a line of the audit says beside its action. */

import type { AuditLine } from "../contract/types";
import { clock, instant } from "../design/times";

/** "name: Truck 4, kind: truck"; what says nothing is left out. */
export function detailWords(detail: AuditLine["detail"], now: number): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${plain(value, now)}`)
    .join(", ");
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

function plain(value: unknown, now: number): string {
  if (typeof value === "string" && TIME.test(value)) return clock(instant(value), now);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((each) => plain(each, now)).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
