/** Countries and coasts (Natural Earth, by way of world-atlas): what is under the markers when no tiles come. */

import atlas from "world-atlas/countries-50m.json?url";
import type { FeatureCollection } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

export interface Outlines {
  land: FeatureCollection;
  borders: GeoJSON.MultiLineString;
}

export async function outlines(): Promise<Outlines> {
  const world = (await (await fetch(atlas)).json()) as Topology<{ countries: GeometryCollection }>;
  const { countries } = world.objects;
  return { land: feature(world, countries), borders: mesh(world, countries) };
}
