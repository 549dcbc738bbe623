/** What a line of the audit says beside its action. */

import type { AuditLine } from "../contract/types";

/** "name: Truck 4, kind: truck"; what says nothing is left out. */
export function detailWords(detail: AuditLine["detail"]): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${plain(value)}`)
    .join(", ");
}

function plain(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(plain).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
