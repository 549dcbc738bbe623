import { useMemo } from "react";
import { useStore } from "../live/store";
import type { Fleet } from "./fleet";
import { moversOf, type Mover } from "./movers";

/** Vehicles, crew and devices, again at most once a second as fixes come. */
export function useMovers({ sources, positions }: Fleet): readonly Mover[] {
  const known = useStore(sources);
  const version = useStore(positions.list);
  return useMemo(
    () => moversOf(known, (slug) => positions.fixes.get(slug)?.at),
    [known, positions, version], // fixes change in place: their version stands for them
  );
}

/** The name behind a slug. */
export function useNames({ sources }: Fleet): (slug: string) => string {
  const known = useStore(sources);
  return useMemo(() => {
    const names = new Map(known.map(({ slug, name }) => [slug, name]));
    return (slug) => names.get(slug) ?? slug;
  }, [known]);
}
