import { useEffect, useRef } from "react";
import { select } from "../movers/selection";
import type { LiveMap } from "./liveMap";

/** Keeps the map following whom the address says. Returns what to do when the map says that it doesn't any more. */
export function useFollowing(map: LiveMap | null, wanted: string | null): (slug: string | null) => void {
  const followed = useRef<string | null>(null);
  useEffect(() => {
    if (!map) return void (followed.current = null);
    if (wanted === followed.current) return;
    followed.current = wanted;
    map.follow(wanted);
  }, [map, wanted]);
  return (slug) => {
    if (slug !== null || followed.current === null) return;
    const lost = followed.current;
    followed.current = null;
    select(lost); // the user took the map away: still selected, no longer followed
  };
}
