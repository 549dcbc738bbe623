/** What the map draws, as GeoJSON: pure functions of what is known. */

import type { Feature, FeatureCollection, LineString, Point, Polygon } from "geojson";
import { stateOf, type State } from "../movers/activity";
import { initials } from "../design/initials";
import type { Mover } from "../movers/movers";
import type { Fix } from "../movers/positions";
import { age } from "../design/times";
import { stretches, type Trail } from "../movers/trails";
import { discName } from "./images";
import type { LngLat } from "./glides";

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export interface Shown {
  mover: Mover;
  fix: Fix;
  place: LngLat;
  online: boolean | undefined;
}

export function markers(shown: readonly Shown[], selected: string | null, now: number): FeatureCollection<Point> {
  return { type: "FeatureCollection", features: shown.map((one) => marker(one, one.mover.slug === selected, now)) };
}

function marker({ mover, fix, place, online }: Shown, selected: boolean, now: number): Feature<Point> {
  const state = stateOf(fix, online, now);
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [...place] },
    properties: {
      slug: mover.slug,
      label: labelOf(mover, fix, state, now),
      image: discName({ group: mover.group, sign: signOf(mover), old: oldness(state) }),
      arrow: state === "moving" && fix.heading !== null ? `arrow|${mover.group}` : "",
      heading: fix.heading ?? 0,
      group: mover.group,
      old: oldness(state) !== "",
      selected,
      order: order(state, selected, mover),
    },
  };
}

function signOf(mover: Mover): string {
  if (mover.group === "crew") return initials(mover.name);
  return mover.kind === "scanner" ? "reader" : mover.kind;
}

function oldness(state: State): "" | "stale" | "silent" {
  return state === "stale" || state === "silent" ? state : "";
}

function labelOf(mover: Mover, fix: Fix, state: State, now: number): string {
  return state === "silent" ? `${mover.name} · ${age(now - fix.at)}` : mover.name;
}

/** The higher, the later drawn and the earlier labelled. */
function order(state: State, selected: boolean, mover: Mover): number {
  return (selected ? 4 : 0) + (mover.group === "vehicle" ? 2 : 0) + (state === "moving" ? 1 : 0);
}

/** The trail of each, ending where its marker is now. */
export function trails(
  shown: readonly Shown[],
  trailOf: (slug: string) => Trail | undefined,
  selected: string | null,
): FeatureCollection<LineString> {
  const features = shown.flatMap(({ mover, fix, place }): Feature<LineString>[] => {
    const [lon, lat] = place;
    const past = (trailOf(mover.slug) ?? []).filter((point) => point.at < fix.at);
    const properties = { group: mover.group, selected: mover.slug === selected };
    return stretches([...past, { at: fix.at, lon, lat }]).map((stretch) => ({
      type: "Feature",
      properties,
      geometry: { type: "LineString", coordinates: stretch.map((point) => [point.lon, point.lat]) },
    }));
  });
  return { type: "FeatureCollection", features };
}

const METRES_PER_DEGREE = 111_320;

/** A circle on the ground. */
export function circle([lon, lat]: LngLat, radius: number): Feature<Polygon> {
  const ring = Array.from({ length: 65 }, (_, step) => {
    const angle = (step / 64) * 2 * Math.PI;
    const north = (radius * Math.cos(angle)) / METRES_PER_DEGREE;
    const east = (radius * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
    return [lon + east, lat + north];
  });
  return { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties: {} };
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Meridians and parallels at round degrees, about ten across the view. */
export function graticule({ west, south, east, north }: Box): FeatureCollection<LineString> {
  const step = STEPS.find((degrees) => (east - west) / degrees >= 8) ?? 0.001;
  const lines: number[][][] = [];
  for (const lon of rounds(west, east, step))
    lines.push([
      [lon, Math.max(south, -85)],
      [lon, Math.min(north, 85)],
    ]);
  for (const lat of rounds(south, north, step / 2))
    lines.push([
      [west, lat],
      [east, lat],
    ]);
  const features = lines.map((coordinates): Feature<LineString> => ({
    type: "Feature",
    geometry: { type: "LineString", coordinates },
    properties: {},
  }));
  return { type: "FeatureCollection", features };
}

function rounds(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.min(200, Math.floor(high / step) - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, place) => (first + place) * step);
}
