/** What it is measured against: MapLibre's own circles over the same ground, their data set once a second. */

import { type GeoJSONSource, Map as MapLibre, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Envelope, Position } from "../contract/types";
import { outlines } from "../map/outlines";
import { Pace } from "../map/pace";
import { palette } from "../map/palette";
import { style } from "../map/style";

const DATA_MS = 1000;

export function bare(container: HTMLElement, camera: { center: [number, number]; zoom: number }) {
  setWorkerUrl(workerUrl);
  const map = new MapLibre({ container, style: style(palette()), ...camera, attributionControl: false, fadeDuration: 0 });
  const places = new Map<string, [number, number]>();
  map.on("load", () => void begin(map, places));
  return {
    map,
    receive(text: string) {
      for (const { topic, payload } of JSON.parse(text) as Envelope[]) {
        const { lat, lon } = payload as Position;
        places.set(topic, [lon, lat]);
      }
    },
  };
}

async function begin(map: MapLibre, places: ReadonlyMap<string, [number, number]>): Promise<void> {
  const { land, borders } = await outlines();
  void map.getSource<GeoJSONSource>("land")?.setData(land);
  void map.getSource<GeoJSONSource>("borders")?.setData(borders);
  map.addSource("points", { type: "geojson", data: points(places) });
  map.addLayer({ id: "points", type: "circle", source: "points" });
  setInterval(() => void map.getSource<GeoJSONSource>("points")?.setData(points(places)), DATA_MS);
  const pace = new Pace(map);
  const repaint = (time: number) => {
    requestAnimationFrame(repaint);
    if (pace.free(time)) map.redraw();
  };
  requestAnimationFrame(repaint);
}

function points(places: ReadonlyMap<string, [number, number]>): GeoJSON.FeatureCollection {
  const features = Array.from(
    places.values(),
    (coordinates): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }),
  );
  return { type: "FeatureCollection", features };
}
