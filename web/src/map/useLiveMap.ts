import { useEffect, useRef, useState, type RefObject } from "react";
import { useFeed } from "../live/useFeed";
import type { LiveMap, Spot } from "./liveMap";

/** What the map tells that somebody decides about. */
export interface MapEvents {
  onSelect: (slug: string | null) => void;
  onStack: (slugs: readonly string[], at: Spot) => void;
  onFollow: (slug: string | null) => void;
  onPlace: (place: Spot | null) => void;
}

/** The map library comes in its own chunk, and so does everything that draws on it. */
export function useLiveMap(container: RefObject<HTMLDivElement | null>, events: MapEvents) {
  const feed = useFeed();
  const told = useRef(events); // a new listener is no reason for a new map
  useEffect(() => void (told.current = events));
  const [map, setMap] = useState<LiveMap | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [fitting, setFitting] = useState(true);
  const [markers, setMarkers] = useState(0);
  const [attribution, setAttribution] = useState<string | null>(null);

  useEffect(() => {
    let live: LiveMap | null = null;
    let gone = false;
    import("./liveMap")
      .then(({ LiveMap }) => {
        if (gone || !container.current) return;
        live = new LiveMap(container.current, feed.fleet.positions, {
          onSelect: (slug) => told.current.onSelect(slug),
          onStack: (slugs, at) => told.current.onStack(slugs, at),
          onFollow: (slug) => told.current.onFollow(slug),
          onPlace: (place) => told.current.onPlace(place),
          onFitting: setFitting,
          onMarkers: setMarkers,
          onAttribution: setAttribution,
        });
        setMap(live);
      })
      .catch((reason: unknown) => setError(`The map can't be drawn here: ${(reason as Error).message}`));
    return () => {
      gone = true;
      live?.destroy();
      setMap(null);
    };
  }, [container, feed]);
  return { map, error, fitting, markers, attribution };
}
