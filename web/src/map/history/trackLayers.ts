/** A source's past on the map: its way, coloured by pace, and where it was at the moment one looks at. */

import type { ExpressionSpecification, GeoJSONSource } from "maplibre-gl";
import { NOTHING } from "../ground/graticule";
import type { LiveMap } from "../liveMap";
import type { Bounds, Moment, Track } from "./track";
import { PACES, paceLines, paceOf } from "./trackPace";

const PADDING = { top: 64, right: 96, bottom: 240, left: 64 }; // px: the time line lies below
const NARROW_PADDING = { top: 56, right: 56, bottom: 320, left: 24 };
const NARROW = 500; // px

export class TrackLayers {
  #track: GeoJSON.GeoJSON = NOTHING;
  #moment: GeoJSON.GeoJSON = NOTHING;
  readonly #stop: () => void;

  constructor(readonly live: LiveMap) {
    this.#stop = live.onDress(this.#dress);
    live.fade(true);
  }

  show(track: Track): void {
    this.#track = paceLines(track);
    this.#set("track", this.#track);
  }

  /** In a silence the marker is hollow: there it was last, or nobody knows. */
  mark({ place, speed, silence }: Moment): void {
    this.#moment = place
      ? {
          type: "Feature",
          properties: { pace: paceOf(speed ?? 0), silent: silence !== null },
          geometry: { type: "Point", coordinates: [place.lon, place.lat] },
        }
      : NOTHING;
    this.#set("moment", this.#moment);
  }

  lookOver(bounds: Bounds): void {
    const narrow = this.live.map.getContainer().clientWidth < NARROW;
    this.live.camera.lookOver(bounds, narrow ? NARROW_PADDING : PADDING);
  }

  destroy(): void {
    this.#stop();
    this.live.fade(false);
    const { map } = this.live;
    for (const layer of ["moment", "track", "track-lone", "track-edge", "track-veil"]) {
      if (map.getLayer(layer)) map.removeLayer(layer);
    }
    for (const source of ["track", "moment"]) if (map.getSource(source)) map.removeSource(source);
  }

  /** The veil lets the ground and the live trails fade; the markers' own canvas fades in CSS. */
  readonly #dress = (): void => {
    const { map } = this.live;
    if (map.getSource("track")) return;
    map.addSource("track", { type: "geojson", data: this.#track });
    map.addSource("moment", { type: "geojson", data: this.#moment });
    const [veil, edge] = [colour("--map-sea"), colour("--track-edge")];
    map.addLayer({
      id: "track-veil",
      type: "background",
      paint: { "background-color": veil, "background-opacity": 0.4 },
    });
    const round = { "line-cap": "round", "line-join": "round" } as const;
    const width = byPace(PACES.map((pace) => pace.width));
    const colours = byPace(PACES.map(({ id }) => colour(`--track-${id}`)));
    map.addLayer({
      id: "track-edge",
      type: "line",
      source: "track",
      layout: round,
      paint: { "line-color": edge, "line-width": ["+", width, 3] },
    });
    map.addLayer({
      id: "track",
      type: "line",
      source: "track",
      layout: round,
      paint: { "line-color": colours, "line-width": width },
    });
    map.addLayer({
      id: "track-lone",
      type: "circle",
      source: "track",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 3, "circle-color": colours, "circle-stroke-color": edge, "circle-stroke-width": 1.5 },
    });
    map.addLayer({
      id: "moment",
      type: "circle",
      source: "moment",
      paint: {
        "circle-radius": 8,
        "circle-color": colours,
        "circle-opacity": ["case", ["get", "silent"], 0, 1],
        "circle-stroke-color": colour("--text"),
        "circle-stroke-width": 3,
      },
    });
  };

  #set(source: string, data: GeoJSON.GeoJSON): void {
    void this.live.map.getSource<GeoJSONSource>(source)?.setData(data);
  }
}

function byPace<Value extends string | number>(values: readonly Value[]): ExpressionSpecification {
  const cases = values.slice(0, -1).flatMap((value, pace) => [pace, value]);
  return ["match", ["get", "pace"], ...cases, values.at(-1)] as unknown as ExpressionSpecification;
}

/** A token as the canvas wants it. */
function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}
