/** Finding items among ten thousand while somebody types: their order and words are made once, not per key. */

import type { ItemStatus, Status } from "../contract/types";
import { STATUSES } from "../contract/types";
import { instant } from "../design/times";
import { statusOf, type Asked } from "./asked";
import { isThere, type Filters } from "./filters";
import { NO_ITEMS, type Items } from "./items";

interface Entry {
  readonly item: ItemStatus;
  readonly tags: readonly string[];
  readonly text: string; // what a search looks in, in lower case
}

/** Items in order of name, and whose each tag is. */
export interface Index {
  readonly items: Items;
  readonly entries: readonly Entry[];
  readonly byTag: ReadonlyMap<string, string>;
}

export const NO_INDEX: Index = { items: NO_ITEMS, entries: [], byTag: new Map() };

/** The index of items, from the one before: as long as no name or tag changes, order and words stay. */
export function reindex(index: Index, items: Items): Index {
  if (index.items === items) return index;
  const { byCode, tags } = items;
  const same =
    index.entries.length === byCode.size &&
    index.entries.every(({ item, tags: printed }) => {
      return byCode.get(item.code)?.name === item.name && (tags.get(item.code) ?? NONE) === printed;
    });
  if (same) {
    const entries = index.entries.map((entry) => ({ ...entry, item: byCode.get(entry.item.code) ?? entry.item }));
    return { ...index, items, entries };
  }
  const entries = [...byCode.values()].map((item) => entryOf(item, tags.get(item.code) ?? NONE)).sort(byName);
  const byTag = new Map(entries.flatMap(({ item, tags: printed }) => printed.map((tag) => [tag, item.code])));
  return { items, entries, byTag };
}

const NONE: readonly string[] = [];

function entryOf(item: ItemStatus, tags: readonly string[]): Entry {
  return { item, tags, text: [item.name, item.code, ...tags].join("\n").toLowerCase() };
}

/** The code of the item with exactly this tag, or with this code in whatever case. */
export function codeOf({ byTag, items }: Index, typed: string): string | null {
  const folded = typed.toLowerCase();
  return byTag.get(typed) ?? (items.byCode.has(folded) ? folded : null);
}

export interface Found {
  readonly items: readonly ItemStatus[];
  readonly counts: Record<Status, number>; // of what is found whatever its status
}

/** What a search in name, code and tags finds, narrowed by filters, by name or the latest change first. */
export function find(index: Index, search: string, filters: Filters, asked: ReadonlyMap<string, Asked>): Found {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const items: ItemStatus[] = [];
  for (const { item, text } of index.entries) {
    if (!words.every((word) => text.includes(word)) || !isThere(item, filters.where)) continue;
    const status = statusOf(item, asked.get(item.code));
    counts[status]++;
    if (filters.statuses.size === 0 || filters.statuses.has(status)) items.push(item);
  }
  return { items: filters.recent ? latestFirst(items) : items, counts };
}

function latestFirst(items: readonly ItemStatus[]): ItemStatus[] {
  const dated = items.map((item) => ({ item, at: instant(item.at) }));
  return dated.sort((a, b) => b.at - a.at).map(({ item }) => item);
}

const collator = new Intl.Collator("en", { numeric: true });

function byName({ item: a }: Entry, { item: b }: Entry): number {
  return collator.compare(a.name, b.name) || collator.compare(a.code, b.code);
}
