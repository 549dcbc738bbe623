import { useMemo, useRef } from "react";
import { useStore } from "../live/store";
import type { Fleet } from "./fleet";
import { moversOf, rosterOf, type Mover } from "./movers";

/** Vehicles, crew and devices, again at most once a second as fixes come; the same array while they are the same. */
export function useMovers({ sources, positions }: Fleet): readonly Mover[] {
  const known = useStore(sources);
  const version = useStore(positions.list);
  const roster = useMemo(() => rosterOf(known), [known]);
  const movers = useMemo(
    () => moversOf(roster, (slug) => positions.fixes.get(slug)?.at),
    [roster, positions, version], // fixes change in place: their version stands for them
  );
  return useSame(movers);
}

/** The array it was before when its elements are the same, so that nothing is redrawn for it. */
export function useSame<T>(array: readonly T[]): readonly T[] {
  const before = useRef(array);
  const same = array.length === before.current.length && array.every((each, place) => each === before.current[place]);
  if (!same) before.current = array;
  return before.current;
}

/** The name behind a slug. */
export function useNames({ sources }: Fleet): (slug: string) => string {
  const known = useStore(sources);
  return useMemo(() => {
    const names = new Map(known.map(({ slug, name }) => [slug, name]));
    return (slug) => names.get(slug) ?? slug;
  }, [known]);
}
