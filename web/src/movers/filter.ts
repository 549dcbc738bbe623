/** Which movers are looked at: by words, by what they are and by what they do. */

import { STATES, type State } from "./activity";
import { GROUPS, type Group, type Mover } from "./movers";

export interface Filter {
  readonly search: string;
  readonly kinds: ReadonlySet<Group>; // none of them: all
  readonly states: ReadonlySet<State>;
}

export const KIND_CHIPS: readonly { id: Group; word: string }[] = [
  { id: "vehicle", word: "Vehicles" },
  { id: "crew", word: "Crew" },
  { id: "device", word: "Devices" },
];

export const STATE_CHIPS: readonly { id: State; word: string }[] = [
  { id: "moving", word: "Moving" },
  { id: "stopped", word: "Stopped" },
  { id: "stale", word: "Out of touch" },
  { id: "silent", word: "Silent" },
  { id: "offline", word: "Offline" },
];

/** What an address says (`q`, `kind=vehicle,crew`, `state=silent`); words nobody knows are left out. */
export function filterOf(search: string | null, kinds: string | null, states: string | null): Filter {
  return { search: search ?? "", kinds: within(GROUPS, kinds), states: within(STATES, states) };
}

function within<Word extends string>(words: readonly Word[], text: string | null): ReadonlySet<Word> {
  const asked = new Set(text?.split(","));
  return new Set(words.filter((word) => asked.has(word)));
}

export function isFiltering({ search, kinds, states }: Filter): boolean {
  return search.trim() !== "" || kinds.size > 0 || states.size > 0;
}

export interface Sifted {
  readonly found: readonly Mover[];
  /** Of each chip, how many it would leave of what the rest of the filter lets through. */
  readonly counts: Readonly<Record<Group | State, number>>;
}

/** Goes once over all movers. */
export function sift(
  movers: readonly Mover[],
  { search, kinds, states }: Filter,
  stateOf: (mover: Mover) => State,
): Sifted {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = Object.fromEntries([...GROUPS, ...STATES].map((word) => [word, 0])) as Record<Group | State, number>;
  const found = movers.filter((mover) => {
    if (words.length > 0 && !names(mover, words)) return false;
    const state = stateOf(mover);
    const [kindFits, stateFits] = [fits(kinds, mover.group), fits(states, state)];
    if (stateFits) counts[mover.group]++;
    if (kindFits) counts[state]++;
    return kindFits && stateFits;
  });
  return { found, counts };
}

function fits<Word>(wanted: ReadonlySet<Word>, word: Word): boolean {
  return wanted.size === 0 || wanted.has(word);
}

function names({ name, slug, person }: Mover, words: readonly string[]): boolean {
  const text = `${name}\n${slug}\n${person ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
