/** What the list and the map show: vehicles, crew and devices, made of the project's sources. */

import type { Source, SourceKind } from "../contract/types";

export type Group = "vehicle" | "crew" | "device";

export interface Mover {
  slug: string; // the source whose fix is shown
  name: string;
  group: Group;
  kind: SourceKind;
  person: string | null; // whose phone it is, or who it is
}

const GROUPS: Record<SourceKind, Group | null> = {
  person: "crew",
  phone: "crew",
  truck: "vehicle",
  van: "vehicle",
  car: "vehicle",
  tracker: "device",
  scanner: "device",
  reader: "device",
  integration: null,
};

/** A person and their phones are one mover: the one with the newest fix, under the person's name. */
export function moversOf(sources: readonly Source[], fixedAt: (slug: string) => number | undefined): Mover[] {
  const names = new Map(sources.map(({ slug, name }) => [slug, name]));
  const movers: Mover[] = [];
  const crew = new Map<string, Mover>();
  for (const { slug, kind, name, owner } of sources) {
    const group = GROUPS[kind];
    if (!group) continue;
    const person = kind === "person" ? slug : (owner ?? null);
    const mover: Mover = { slug, name: (person && names.get(person)) || name, group, kind, person };
    if (group !== "crew" || !person) movers.push(group === "crew" ? mover : { ...mover, name });
    else crew.set(person, fresher(crew.get(person), mover, fixedAt));
  }
  return [...movers, ...crew.values()].sort((a, b) => byName.compare(a.name, b.name));
}

function fresher(known: Mover | undefined, other: Mover, fixedAt: (slug: string) => number | undefined): Mover {
  if (!known) return other;
  const [ours, theirs] = [fixedAt(known.slug) ?? -1, fixedAt(other.slug) ?? -1];
  if (ours === theirs) return known.kind === "phone" ? known : other;
  return ours > theirs ? known : other;
}

const byName = new Intl.Collator("en", { numeric: true });
