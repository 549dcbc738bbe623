/** What the list and the map show: vehicles, crew and devices, made of the project's sources. */

import type { Source, SourceKind } from "./messages";

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

/** Up to two letters for an avatar or a marker. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0]?.[0], words.at(-1)?.[0]] : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** A hue of its own for a slug, the same on every screen. */
export function hue(slug: string): number {
  let hash = 0;
  for (const letter of slug) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % 360;
}

const byName = new Intl.Collator("en", { numeric: true });
