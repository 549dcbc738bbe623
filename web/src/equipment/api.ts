/** The inventory. */

import type { ItemEvent, ItemRow, ItemStatus, Status } from "../contract/types";
import { page, query, send, type Page } from "../live/rest";

const AT_ONCE = 5000;
const EVENTS_AT_ONCE = 30;

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

/** What has become of an item, newest first; `before` an event, or from now back. */
export function events(code: string, before?: ItemEvent): Promise<Page<ItemEvent>> {
  const cursor = before && `${before.at},${before.id}`;
  return page(`/inventory/items/${encodeURIComponent(code)}/events?${query({ limit: EVENTS_AT_ONCE, before: cursor })}`);
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
