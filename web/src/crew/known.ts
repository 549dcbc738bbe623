/** What the phone has to know of a project when there is no line: who hears it, its vehicles, the names behind its tags. */

import { useEffect, useMemo } from "react";
import type { Source } from "../contract/types";
import type { Items } from "../equipment/items";
import type { Feed } from "../live/feed";
import { Shelf } from "../live/shelf";
import { useStore } from "../live/store";

export interface Vehicle {
  readonly slug: string;
  readonly name: string;
}

export interface Labelled {
  readonly code: string;
  readonly name: string;
}

export interface Known {
  readonly people: number | null; // besides me
  readonly vehicles: readonly Vehicle[];
  readonly items: ReadonlyMap<string, Labelled>; // by tag
}

interface Kept {
  readonly people: number;
  readonly vehicles: readonly Vehicle[];
  readonly items: readonly (readonly [tag: string, code: string, name: string])[];
}

const MOST_TAGS = 5000;
const VEHICLES: readonly string[] = ["truck", "van", "car", "tracker"];
const shelf = new Shelf<Kept>("known");

/** As kept on this phone. */
export function keptOf(project: string): Known {
  const { people = null, vehicles = [], items = [] } = shelf.get(project) ?? {};
  return { people, vehicles, items: new Map(items.map(([tag, code, name]) => [tag, { code, name }])) };
}

/** As the feed says it, and until it does, as kept. */
export function useKnown({ project, me, fleet, stock }: Feed): Known {
  const sources = useStore(fleet.sources);
  const items = useStore(stock.items);
  const sourcesLoading = useStore(fleet.sourcesLoading);
  const stockLoading = useStore(stock.loading);
  const kept = useMemo(() => keptOf(project), [project]);
  const known = useMemo(
    () => ({
      ...(sourcesLoading.done ? ofSources(sources, me) : kept),
      items: stockLoading.done ? labels(items) : kept.items,
    }),
    [sourcesLoading.done, sources, me, stockLoading.done, items, kept],
  );
  useEffect(() => {
    if (sourcesLoading.done && stockLoading.done) keep(project, known);
  }, [project, sourcesLoading, stockLoading]); // whenever they were fetched: a write for every change would be many
  return known;
}

/** The item a text stands for: its tag or its code, as a person types it too. */
export function tagOf({ items }: Known, text: string): string {
  if (items.has(text)) return text;
  const folded = text.toLowerCase();
  for (const [tag, { code }] of items) if (tag.toLowerCase() === folded || code === folded) return tag;
  return text;
}

function ofSources(sources: readonly Source[], me: string): Omit<Known, "items"> {
  return {
    people: sources.filter(({ kind, slug }) => kind === "person" && slug !== me).length,
    vehicles: sources
      .filter(({ kind, owner }) => VEHICLES.includes(kind) && owner === null)
      .map(({ slug, name }) => ({ slug, name }))
      .sort((a, b) => byName.compare(a.name, b.name)),
  };
}

function labels({ byCode, tags }: Items): Map<string, Labelled> {
  const items = new Map<string, Labelled>();
  for (const [code, printed] of tags) {
    const name = byCode.get(code)?.name;
    if (name !== undefined) for (const tag of printed) items.set(tag, { code, name });
  }
  return items;
}

function keep(project: string, { people, vehicles, items }: Known): void {
  const some = [...items].slice(0, MOST_TAGS).map(([tag, { code, name }]) => [tag, code, name] as const);
  try {
    shelf.set(project, { people: people ?? 0, vehicles, items: some });
  } catch {
    shelf.delete(project); // no room: scans go out without names
  }
}

const byName = new Intl.Collator("en", { numeric: true });
