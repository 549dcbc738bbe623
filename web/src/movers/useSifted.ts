import { useMemo } from "react";
import { setQuery, useQuery } from "../app/router";
import { useNow } from "../design/useNow";
import { useStore } from "../live/store";
import { stateOf, type State } from "./activity";
import { filterOf, isFiltering, sift, type Filter, type Sifted } from "./filter";
import type { Fleet } from "./fleet";
import type { Mover } from "./movers";
import { useSame } from "./useMovers";

/** The filter in the address. */
export function useFilter(): Filter {
  const [search] = useQuery("q");
  const [kinds] = useQuery("kind");
  const [states] = useQuery("state");
  return useMemo(() => filterOf(search, kinds, states), [search, kinds, states]);
}

/** One word of `kind` or `state` more, or less. */
export function toggle(name: "kind" | "state", on: ReadonlySet<string>, word: string): void {
  const words = on.has(word) ? [...on].filter((each) => each !== word) : [...on, word];
  setQuery({ [name]: words.length > 0 ? words.join(",") : null });
}

export function clearFilter(): void {
  setQuery({ q: null, kind: null, state: null });
}

/** What everyone is doing, again every second, since silence is a matter of time. */
function useStates({ positions, presences }: Fleet): (mover: Mover) => State {
  const now = useNow();
  const known = useStore(presences);
  return ({ slug }) => stateOf(positions.fixes.get(slug), known[slug]?.online, now);
}

/** What the filter lets through. */
export function useSifted(fleet: Fleet, movers: readonly Mover[], filter: Filter): Sifted {
  return sift(movers, filter, useStates(fleet));
}

/**
 * Those to be drawn on the map: what is filtered away is gone, but for the one that is looked at. Words that nobody has
 * are perhaps those of a case, and leave the map as it is.
 */
export function useDrawn(fleet: Fleet, movers: readonly Mover[], selected: Mover | undefined): readonly Mover[] {
  const filter = useFilter();
  const states = useStates(fleet);
  const draw = (by: Filter) => (isFiltering(by) ? sift(movers, by, states).found : movers);
  const found = draw(filter);
  const drawn = found.length === 0 ? draw({ ...filter, search: "" }) : found;
  return useSame(selected && !drawn.includes(selected) ? [...drawn, selected] : drawn);
}
