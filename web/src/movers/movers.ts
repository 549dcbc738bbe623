/** What the list and the map show: vehicles, crew and devices, made of the project's sources. */

import type { Source, SourceKind } from "../contract/types";

export const GROUPS = ["vehicle", "crew", "device"] as const;
export type Group = (typeof GROUPS)[number];

export interface Mover {
  slug: string; // the source whose fix is shown
  name: string;
  group: Group;
  kind: SourceKind;
  person: string | null; // whose phone it is, or who it is
}

const GROUP_OF: Record<SourceKind, Group | null> = {
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

/** Lines of the list: a vehicle or device, or a person with all their phones, any of which may have the newest fix. */
export type Roster = readonly (readonly [Mover, ...Mover[]])[];

/** Who there is, in order of name. It changes with the sources only, however many fixes come. */
export function rosterOf(sources: readonly Source[]): Roster {
  const names = new Map(sources.map(({ slug, name }) => [slug, name]));
  const roster: [Mover, ...Mover[]][] = [];
  const crew = new Map<string, [Mover, ...Mover[]]>();
  for (const { slug, kind, name, owner } of sources) {
    const group = GROUP_OF[kind];
    if (!group) continue;
    const person = kind === "person" ? slug : (owner ?? null);
    const mover: Mover = { slug, name, group, kind, person };
    if (group !== "crew" || !person) {
      roster.push([mover]);
      continue;
    }
    const named = { ...mover, name: names.get(person) ?? name };
    const known = crew.get(person);
    if (known) known.push(named);
    else crew.set(person, [named]);
  }
  return [...roster, ...crew.values()].sort(([a], [b]) => byName.compare(a.name, b.name));
}

/** A person and their phones are one mover: the one with the newest fix, under the person's name. */
export function moversOf(roster: Roster, fixedAt: (slug: string) => number | undefined): Mover[] {
  return roster.map(([first, ...others]) => others.reduce((known, other) => fresher(known, other, fixedAt), first));
}

function fresher(known: Mover, other: Mover, fixedAt: (slug: string) => number | undefined): Mover {
  const [ours, theirs] = [fixedAt(known.slug) ?? -1, fixedAt(other.slug) ?? -1];
  if (ours === theirs) return known.kind === "phone" ? known : other;
  return ours > theirs ? known : other;
}

/** The mover of a slug in an address or a chat: a person's is whichever of their phones is shown. */
export function moverOf(movers: readonly Mover[], slug: string | null): Mover | undefined {
  if (slug === null) return undefined;
  return (
    movers.find((mover) => mover.slug === slug) ??
    movers.find(({ person, group }) => group === "crew" && person === slug)
  );
}

const byName = new Intl.Collator("en", { numeric: true });
