/** The equipment of a project: pure changes of one value, safe to repeat and in any order. */

import type { ItemRow, ItemStatus, Status } from "../contract/types";
import { instant } from "../design/times";

export interface Items {
  readonly byCode: ReadonlyMap<string, ItemStatus>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

export const NO_ITEMS: Items = { byCode: new Map(), tags: new Map() };

/** In a sentence. */
export const STATUS_NAMES: Record<Status, string> = {
  available: "available",
  in_use: "in use",
  maintenance: "maintenance",
  damaged: "damaged",
};

/** Where there is little room. */
export const STATUS_WORDS: Record<Status, string> = { ...STATUS_NAMES, maintenance: "maint." };

/** Takes statuses as they were said; the newest `at` of an item wins. */
export function mergeItems(items: Items, statuses: readonly (ItemStatus & Partial<ItemRow>)[]): Items {
  const byCode = new Map(items.byCode);
  const tags = statuses.some((status) => status.tags) ? new Map(items.tags) : items.tags;
  for (const { tags: printed, ...status } of statuses) {
    const known = byCode.get(status.code);
    if (!known || !(instant(known.at) > instant(status.at))) byCode.set(status.code, status);
    if (printed) (tags as Map<string, readonly string[]>).set(status.code, printed);
  }
  return { byCode, tags };
}

/** Takes the whole list: what isn't on it is gone, but for those heard of while it was on its way. */
export function replaceItems(items: Items, rows: readonly ItemRow[], heard: ReadonlySet<string>): Items {
  const listed = new Set(rows.map(({ code }) => code));
  const kept = [...items.byCode].filter(([code]) => listed.has(code) || heard.has(code));
  return mergeItems({ ...items, byCode: new Map(kept) }, rows);
}

/** The items' topics under their `project` ("-" for none) were cleared: gone, unless they have been seen elsewhere since. */
export function clearItems(items: Items, cleared: readonly { project: string; source: string }[]): Items {
  const gone = cleared.filter(({ project, source }) => {
    const known = items.byCode.get(source);
    return known && (known.project ?? "-") === project;
  });
  if (gone.length === 0) return items;
  const byCode = new Map(items.byCode);
  for (const { source } of gone) byCode.delete(source);
  return { ...items, byCode };
}

/** What each vehicle carries: how many items. */
export function loads(items: Items): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { vehicle } of items.byCode.values()) {
    if (vehicle) counts.set(vehicle, (counts.get(vehicle) ?? 0) + 1);
  }
  return counts;
}
