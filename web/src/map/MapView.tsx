import { useEffect, useRef, useState } from "react";
import type { LiveMap } from "./liveMap";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useMovers } from "../movers/useMovers";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { SourcePopup } from "../movers/SourcePopup";

interface Props {
  selected: string | null;
  onSelect: (slug: string | null) => void;
}

export function MapView({ selected, onSelect }: Props) {
  const feed = useFeed();
  const movers = useMovers(feed.fleet);
  const presences = useStore(feed.fleet.presences);
  const container = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const { map, error, fitting, markers, attribution } = useLiveMap(container, popup, onSelect);
  useEffect(() => map?.setMovers(movers, presences), [map, movers, presences]);
  useEffect(() => map?.select(selected), [map, selected]);
  const mover = movers.find(({ slug }) => slug === selected);
  const empty = movers.length > 0 && feed.fleet.positions.fixes.size === 0;

  return (
    <main className="map" aria-label="Map" data-testid="map" data-markers={markers}>
      <div className="canvas" ref={container} />
      {!map && !error && <Notice busy>Unfolding the map…</Notice>}
      {error && <Notice>{error}</Notice>}
      {map && empty && (
        <p className="map-hint">No positions yet: markers appear as soon as a tracker or a phone reports.</p>
      )}
      {map && (
        <div className="map-buttons">
          <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => map.camera.zoom(1)}>
            <Icon name="plus" />
          </button>
          <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => map.camera.zoom(-1)}>
            <Icon name="minus" />
          </button>
          <button
            type="button"
            aria-label="Keep everyone in view"
            title="Keep everyone in view"
            aria-pressed={fitting}
            data-testid="fit"
            onClick={() => map.camera.fitAll()}
          >
            <Icon name="fit" />
          </button>
        </div>
      )}
      <p className="attribution">{attribution ?? "Outlines: Natural Earth"}</p>
      {mover && <SourcePopup place={popup} mover={mover} onClose={() => onSelect(null)} />}
    </main>
  );
}

/** The map library comes in its own chunk, and so does everything that draws on it. */
function useLiveMap(
  container: React.RefObject<HTMLDivElement | null>,
  popup: React.RefObject<HTMLDivElement | null>,
  onSelect: (slug: string | null) => void,
) {
  const feed = useFeed();
  const select = useRef(onSelect); // a new listener is no reason for a new map
  useEffect(() => void (select.current = onSelect), [onSelect]);
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
          onSelect: (slug) => select.current(slug),
          onStack: ([first]) => select.current(first ?? null),
          onFollow: () => undefined,
          onFitting: setFitting,
          onMarkers: setMarkers,
          onAttribution: setAttribution,
          onPlace: (place) => moveTo(popup.current, place),
        });
        setMap(live);
      })
      .catch((reason: unknown) => setError(`The map can't be drawn here: ${(reason as Error).message}`));
    return () => {
      gone = true;
      live?.destroy();
      setMap(null);
    };
  }, [container, popup, feed]);
  return { map, error, fitting, markers, attribution };
}

const GAP = 26; // px between a marker and its pop-up
const EDGE = 12;

/** Beside the marker, on the side where there is room. */
function moveTo(element: HTMLElement | null, place: { x: number; y: number } | null): void {
  const map = element?.parentElement;
  if (!element || !map) return;
  element.style.visibility = place ? "visible" : "hidden";
  if (!place) return;
  const right = place.x + GAP + element.offsetWidth + EDGE < map.clientWidth;
  const x = right ? place.x + GAP : place.x - GAP - element.offsetWidth;
  const y = place.y - element.offsetHeight / 2;
  const within = (value: number, most: number) => `${Math.round(Math.max(EDGE, Math.min(value, most - EDGE)))}px`;
  element.style.setProperty("--x", within(x, map.clientWidth - element.offsetWidth));
  element.style.setProperty("--y", within(y, map.clientHeight - element.offsetHeight));
}
