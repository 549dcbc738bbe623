/** The inventory. */

import type { ItemRow, ItemStatus, Status } from "../contract/types";
import { page, query, send } from "../live/rest";

const AT_ONCE = 5000;

/** Every item on the project or on none. */
export async function items(project: string): Promise<ItemRow[]> {
  const all: ItemRow[] = [];
  for (;;) {
    const { rows, more } = await page<ItemRow>(
      `/inventory/items?${query({ project, limit: AT_ONCE, after: all.at(-1)?.code })}`,
    );
    all.push(...rows);
    if (rows.length === 0 || !more) return all;
  }
}

export interface StatusChange {
  status: Status;
  id: string; // makes it the same change, however often it is sent
  at: string;
}

export function setStatus(code: string, change: StatusChange): Promise<ItemStatus> {
  return send("PATCH", `/inventory/items/${encodeURIComponent(code)}/status`, change);
}

/** One change of many items, all or none. */
export function setStatuses(codes: readonly string[], change: StatusChange): Promise<ItemStatus[]> {
  return send("PATCH", "/inventory/items/status", { codes, ...change });
}
