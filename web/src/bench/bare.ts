/** What it is measured against: MapLibre's own circles over the same ground, their data set once a second. */

import "maplibre-gl/dist/maplibre-gl.css";
import { type GeoJSONSource, Map as MapLibre, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Envelope, Position } from "../contract/types";
import { outlines } from "../map/ground/outlines";
import { Pace } from "../map/markers/pace";
import { palette } from "../map/palette";
import { groundStyle } from "../map/ground/style";
import type { Benched, Where } from "./main";

const DATA_MS = 1000;

type Places = ReadonlyMap<string, [lon: number, lat: number]>;

export async function bare(container: HTMLElement, { center, zoom }: Where, count: number): Promise<Benched> {
  setWorkerUrl(workerUrl);
  const style = groundStyle(palette());
  const map = new MapLibre({ container, style, center, zoom, attributionControl: false, fadeDuration: 0 });
  const places = new Map<string, [number, number]>();
  await map.once("load");
  await begin(map, places);
  return {
    pace: repainting(map),
    ready: () => map.areTilesLoaded() && map.queryRenderedFeatures({ layers: ["points"] }).length >= count,
    receive(text) {
      for (const { topic, payload } of JSON.parse(text) as Envelope[]) {
        const { lat, lon } = payload as Position;
        places.set(topic, [lon, lat]);
      }
    },
  };
}

async function begin(map: MapLibre, places: Places): Promise<void> {
  const { land, borders } = await outlines();
  void map.getSource<GeoJSONSource>("land")?.setData(land);
  void map.getSource<GeoJSONSource>("borders")?.setData(borders);
  map.addSource("points", { type: "geojson", data: points(places) });
  map.addLayer({ id: "points", type: "circle", source: "points" });
  setInterval(() => void map.getSource<GeoJSONSource>("points")?.setData(points(places)), DATA_MS);
}

/** Again and again, as soon as the frames before let it. */
function repainting(map: MapLibre): Pace {
  const pace = new Pace(map.getCanvas().getContext("webgl2") as WebGL2RenderingContext);
  map.on("render", () => pace.drawn(performance.now()));
  const repaint = (): void => {
    requestAnimationFrame(repaint);
    pace.look();
    if (pace.free(performance.now())) map.redraw();
  };
  repaint();
  return pace;
}

function points(places: Places): GeoJSON.FeatureCollection {
  const features = Array.from(
    places.values(),
    (coordinates): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }),
  );
  return { type: "FeatureCollection", features };
}
