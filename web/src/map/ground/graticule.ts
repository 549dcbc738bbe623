/** The ground's own lines. */

import type { Feature, FeatureCollection, LineString } from "geojson";

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Degrees between the meridians of a view so many degrees wide: about ten across it. */
export function stepOf(width: number): number {
  return STEPS.find((degrees) => width / degrees >= 8) ?? 0.001;
}

/** Meridians and, twice as close, parallels. */
export function graticule({ west, south, east, north }: Box, step: number): FeatureCollection<LineString> {
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
