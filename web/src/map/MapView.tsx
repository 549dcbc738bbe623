import { useEffect, useRef, useState } from "react";
import { useQuery } from "../app/router";
import { Notice } from "../design/Notice";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { select, useSelection } from "../movers/selection";
import { SourcePopup } from "../movers/SourcePopup";
import { StackMenu } from "../movers/StackMenu";
import { useMovers } from "../movers/useMovers";
import { clearFilter, useDrawn } from "../movers/useSifted";
import { beside } from "./beside";
import { HistoryBar } from "./history/HistoryBar";
import type { Spot } from "./liveMap";
import { MapButtons } from "./MapButtons";
import { Filtered, MapNotes, MarkedPlace } from "./MapNotes";
import { placeOf } from "./places";
import { useFollowing } from "./useFollowing";
import { useLiveMap } from "./useLiveMap";

interface Stack {
  readonly slugs: readonly string[];
  readonly at: Spot;
}

/** Where everyone is, and was. What it shows is in the address. */
export function MapView() {
  const { fleet } = useFeed();
  const movers = useMovers(fleet);
  const { selected, following, followed } = useSelection(movers);
  const drawn = useDrawn(fleet, movers, selected);
  const presences = useStore(fleet.presences);
  const [at] = useQuery("at");
  const [stack, setStack] = useState<Stack | null>(null);
  const container = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const { map, error, fitting, markers, attribution } = useLiveMap(container, {
    onSelect: choose,
    onStack: (slugs, spot) => setStack({ slugs, at: spot }),
    onFollow: (slug) => unfollowed(slug),
    onPlace: (spot) => beside(popup.current, spot),
  });
  const unfollowed = useFollowing(map, followed);
  const slug = selected?.slug ?? null;
  const place = placeOf(at);
  useEffect(() => map?.setMovers(drawn, presences), [map, drawn, presences]);
  useEffect(() => map?.select(slug), [map, slug]);
  useEffect(() => void (slug !== null && fleet.loadTrail(slug)), [fleet, slug]);
  useEffect(() => map?.showPlace(placeOf(at)), [map, at]);

  function choose(next: string | null) {
    setStack(null);
    select(next);
  }

  return (
    <main className="map" aria-label="Map" data-testid="map" data-markers={markers} data-following={following?.slug}>
      <div className="canvas" ref={container} />
      {!map && !error && <Notice busy>Unfolding the map…</Notice>}
      {error && <Notice>{error}</Notice>}
      <MapNotes>
        {place && <MarkedPlace {...place} />}
        {drawn.length < movers.length && <Filtered shown={drawn.length} of={movers.length} onClear={clearFilter} />}
        {map && movers.length > 0 && fleet.positions.fixes.size === 0 && (
          <p className="map-note">No positions yet: markers appear as soon as a tracker or a phone reports.</p>
        )}
      </MapNotes>
      {map && <MapButtons map={map} fitting={fitting} />}
      <p className="attribution">{attribution ?? "Outlines: Natural Earth"}</p>
      <HistoryBar map={map} movers={movers} selected={selected} />
      {selected && !stack && (
        <SourcePopup key={selected.slug} place={popup} mover={selected} followed={selected === following} />
      )}
      {stack && <StackMenu {...stack} movers={movers} onSelect={choose} onClose={() => setStack(null)} />}
    </main>
  );
}
