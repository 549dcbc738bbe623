/** The equipment of a project: pure changes of one value, safe to repeat and in any order. */

import { STATUSES, type ItemRow, type ItemStatus, type Status } from "../contract/types";
import { instant } from "../design/times";

export interface Items {
  readonly byCode: ReadonlyMap<string, ItemStatus>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

export const NO_ITEMS: Items = { byCode: new Map(), tags: new Map() };

export const STATUS_WORDS: Record<Status, string> = {
  available: "available",
  in_use: "in use",
  maintenance: "maint.",
  damaged: "damaged",
};

/** Takes statuses as they were said; the newest `at` of an item wins. */
export function mergeItems(items: Items, statuses: readonly (ItemStatus & Partial<ItemRow>)[]): Items {
  const byCode = new Map(items.byCode);
  const tags = new Map(items.tags);
  for (const { tags: printed, ...status } of statuses) {
    const known = byCode.get(status.code);
    if (!known || !(instant(known.at) > instant(status.at))) byCode.set(status.code, status);
    if (printed) tags.set(status.code, printed);
  }
  return { byCode, tags };
}

/** Takes the whole list: what isn't on it is gone, but for those heard of while it was on its way. */
export function replaceItems(items: Items, rows: readonly ItemRow[], heard: ReadonlySet<string>): Items {
  const listed = new Set(rows.map(({ code }) => code));
  const kept = [...items.byCode].filter(([code]) => listed.has(code) || heard.has(code));
  return mergeItems({ ...items, byCode: new Map(kept) }, rows);
}

/** The item's topic under `project` ("-" for none) was cleared: it is gone, unless it has been seen elsewhere since. */
export function clearItem(items: Items, project: string, code: string): Items {
  const known = items.byCode.get(code);
  if (!known || (known.project ?? "-") !== project) return items;
  const byCode = new Map(items.byCode);
  byCode.delete(code);
  return { ...items, byCode };
}

export function countStatuses(items: Iterable<ItemStatus>): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of items) counts[status]++;
  return counts;
}

/** What a search finds by name, code or tag, in order of name. */
export function findItems(items: Items, search: string): ItemStatus[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...items.byCode.values()].filter((item) => {
    const text = [item.name, item.code, ...(items.tags.get(item.code) ?? [])].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return found.sort((a, b) => byName.compare(a.name, b.name) || byName.compare(a.code, b.code));
}

/** What each vehicle carries: how many items. */
export function loads(items: Items): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { vehicle } of items.byCode.values()) {
    if (vehicle) counts.set(vehicle, (counts.get(vehicle) ?? 0) + 1);
  }
  return counts;
}

const byName = new Intl.Collator("en", { numeric: true });
