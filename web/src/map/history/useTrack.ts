import { useCallback, useEffect, useState } from "react";
import * as api from "../../movers/api";
import { useFeed } from "../../live/useFeed";
import type { LiveMap } from "../liveMap";
import type { Span } from "../../movers/span";
import { boundsOf, toleranceOf, trackOf, type Track } from "./track";
import { TrackLayers } from "./trackLayers";

export interface LookedBack {
  readonly track: Track | null; // null until it has come
  readonly busy: boolean;
  readonly error: string | null;
  readonly retry: () => void;
}

/** The past of a source, as finely as the view can show it: asked for again when the view goes nearer. */
export function useTrack(map: LiveMap | null, source: string, { from, to }: Span): LookedBack {
  const { project } = useFeed();
  const [known, setKnown] = useState<{ of: string; track: Track } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const tolerance = useTolerance(map);
  const of = `${source} ${from} ${to}`;

  useEffect(() => {
    if (tolerance === null) return;
    let late = false;
    setBusy(true);
    setError(null);
    api
      .track(project, source, from, to, tolerance)
      .then((points) => !late && setKnown({ of, track: trackOf(points) }))
      .catch((reason: unknown) => !late && setError((reason as Error).message))
      .finally(() => !late && setBusy(false));
    return () => void (late = true);
  }, [project, source, from, to, of, tolerance, attempt]);

  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { track: known?.of === of ? known.track : null, busy, error, retry };
}

/** What the view forgives; less when it goes nearer, and then never more. */
function useTolerance(map: LiveMap | null): number | null {
  const [tolerance, setTolerance] = useState<number | null>(null);
  useEffect(() => {
    if (!map) return;
    const nearer = () => setTolerance((before) => Math.min(before ?? Infinity, seen(map)));
    nearer();
    map.map.on("moveend", nearer);
    return () => void map.map.off("moveend", nearer);
  }, [map]);
  return tolerance;
}

function seen({ map }: LiveMap): number {
  return toleranceOf(map.getZoom(), map.getCenter().lat);
}

/** Draws it, and goes to where it was when another one is looked at. */
export function useTrackLayers(map: LiveMap | null, track: Track | null, of: string): TrackLayers | null {
  const [layers, setLayers] = useState<TrackLayers | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (!map) return;
    const own = new TrackLayers(map);
    setLayers(own);
    return () => {
      own.destroy();
      setLayers(null);
    };
  }, [map]);
  useEffect(() => {
    layers?.show(track ?? []);
    const bounds = track && boundsOf(track);
    if (!layers || !bounds || shown === of) return;
    setShown(of);
    layers.lookOver(bounds);
  }, [layers, track, of, shown]);
  return layers;
}
