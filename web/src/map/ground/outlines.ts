/** Countries and coasts (Natural Earth, by way of world-atlas): what is under the markers when no tiles come. */

import atlas from "world-atlas/countries-50m.json?url";
import type { MultiLineString, MultiPolygon, Polygon, Position } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

export interface Outlines {
  land: MultiPolygon;
  borders: MultiLineString;
}

export async function outlines(): Promise<Outlines> {
  const world = (await (await fetch(atlas)).json()) as Topology<{ countries: GeometryCollection }>;
  const { countries } = world.objects;
  const polygons = feature(world, countries).features.flatMap(({ geometry }) =>
    rings(geometry as Polygon | MultiPolygon),
  );
  const lines = mesh(world, countries).coordinates.map(unwrapped);
  return {
    land: { type: "MultiPolygon", coordinates: polygons.map((polygon) => polygon.map(closed)) },
    borders: { type: "MultiLineString", coordinates: lines },
  };
}

function rings(geometry: Polygon | MultiPolygon): Position[][][] {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** The atlas is a globe: where a line leaps from 180° to -180°, on a flat map it goes on beyond. */
export function unwrapped(line: readonly Position[]): Position[] {
  let turns = 0;
  return line.map(([lon = 0, lat = 0], place) => {
    const [before = lon] = line[place - 1] ?? [];
    if (lon - before > 180) turns -= 360;
    if (lon - before < -180) turns += 360;
    return [lon + turns, lat];
  });
}

/** A ring on a flat map; the one around the pole (Antarctica) is closed along the edge of the map. */
export function closed(ring: readonly Position[]): Position[] {
  const line = unwrapped(ring);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || first[0] === last[0]) return line;
  return [...line, [last[0] ?? 0, -90], [first[0] ?? 0, -90], first];
}
