/** How fast it went, in a few classes told apart by colour and by width. */

import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import { stretches, type Track, type TrackSpot } from "./track";

export interface Pace {
  readonly id: string; // also of its colour, `--track-<id>`
  readonly word: string;
  readonly range: string; // km/h
  readonly below: number; // km/h
  readonly width: number; // px
}

export const PACES: readonly Pace[] = [
  { id: "crawl", word: "Walking pace", range: "under 6", below: 6, width: 2 },
  { id: "yard", word: "On site", range: "6–30", below: 30, width: 3.5 },
  { id: "town", word: "Town", range: "30–60", below: 60, width: 5 },
  { id: "road", word: "Open road", range: "over 60", below: Infinity, width: 6.5 },
];

/** The class of a speed in m/s, by its place in PACES. */
export function paceOf(speed: number): number {
  return PACES.findIndex(({ below }) => speed * 3.6 < below);
}

/** Lines of one pace each, nothing across gaps; a spot alone between two gaps is a dot. */
export function paceLines(track: Track): FeatureCollection<LineString | Point> {
  return { type: "FeatureCollection", features: stretches(track).flatMap(linesOf) };
}

function linesOf(stretch: readonly TrackSpot[]): Feature<LineString | Point>[] {
  const [first, ...others] = stretch;
  if (!first) return [];
  if (others.length === 0) return [{ type: "Feature", properties: { pace: 0 }, geometry: point(first) }];
  const lines: Feature<LineString>[] = [];
  let last = first;
  for (const spot of others) {
    const pace = paceOf(spot.speed ?? 0);
    const line = lines.at(-1);
    if (line?.properties?.pace === pace) line.geometry.coordinates.push([spot.lon, spot.lat]);
    else lines.push(lineOf(pace, last, spot));
    last = spot;
  }
  return lines;
}

function lineOf(pace: number, ...spots: TrackSpot[]): Feature<LineString> {
  const coordinates = spots.map(({ lon, lat }) => [lon, lat]);
  return { type: "Feature", properties: { pace }, geometry: { type: "LineString", coordinates } };
}

function point({ lon, lat }: TrackSpot): Point {
  return { type: "Point", coordinates: [lon, lat] };
}
