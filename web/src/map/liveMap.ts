/** The map itself, apart from React: loaded only when there is something to show on it. */

import "maplibre-gl/dist/maplibre-gl.css";
import { Map as MapLibre, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { settings } from "../app/api";
import type { Mover } from "../movers/movers";
import type { Fix, Positions } from "../movers/positions";
import type { Presences } from "../movers/presence";
import { Camera } from "./camera";
import { Drawing } from "./drawing";
import { picture } from "./images";
import { outlines, type Outlines } from "./outlines";
import { isDark, palette } from "./palette";
import { graticule, NOTHING } from "./shapes";
import { ABOVE_TILES, MARKERS, style, tileLayer } from "./style";
import { reachable, type TileSettings } from "./tiles";

setWorkerUrl(workerUrl);

/** A point of the map's element, in px. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface MapListeners {
  onSelect: (slug: string | null) => void; // a click hit one, or none
  onStack: (slugs: readonly string[], at: Spot) => void; // a click hit several, the topmost first
  onFollow: (slug: string | null) => void; // null once the user takes the map away
  onFitting: (fitting: boolean) => void;
  onPlace: (place: Spot | null) => void; // of the selected
  onMarkers: (count: number) => void; // drawn in view
  onAttribution: (attribution: string | null) => void;
}

const EUROPE = { center: [8, 50] as [number, number], zoom: 3.4 };
const TOUCH = 10; // px around a click that still hit
const COUNT_MS = 1000;

export class LiveMap {
  readonly camera: Camera;
  readonly map: MapLibre;
  readonly #drawing: Drawing;
  readonly #dressers = new Set<() => void>();
  readonly #night = matchMedia("(prefers-color-scheme: dark)");
  #movers: readonly Mover[] = [];
  #outlines: Outlines | null = null;
  #tiles: TileSettings | null = null;
  #counted = 0;

  constructor(
    container: HTMLElement,
    readonly positions: Positions,
    readonly listeners: MapListeners,
  ) {
    this.map = new MapLibre({
      container,
      style: style(palette()),
      ...EUROPE,
      attributionControl: false,
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.map.setMissingStyleImageResolver(this.#draw);
    this.map.on("style.load", this.#dress);
    this.map.on("moveend", this.#grid);
    this.map.on("render", this.#rendered);
    this.map.on("click", this.#click);
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const reducedMotion = () => still.matches;
    this.#drawing = new Drawing(this.map, positions, reducedMotion, () => this.camera.begin());
    this.camera = new Camera(this.map, this.#fixes, reducedMotion, listeners.onFitting);
    this.#night.addEventListener("change", this.#theme);
    void this.#load();
  }

  setMovers(movers: readonly Mover[], presences: Presences): void {
    this.#movers = movers;
    this.#drawing.setMovers(movers, presences);
  }

  select(slug: string | null): void {
    this.#drawing.select(slug);
    const fix = slug === null ? undefined : this.positions.fixes.get(slug);
    if (fix) this.camera.lookAt(fix);
  }

  /** Keeps it in the middle; null lets it go. */
  follow(slug: string | null): void {
    this.listeners.onFollow(slug);
  }

  /** A pin where somebody marked a place. */
  showPlace(_place: { lat: number; lon: number } | null): void {}

  /** Told whenever the style is there, at once if it is: layers of one's own have to be added anew. Returns how to stop. */
  onDress(listener: () => void): () => void {
    this.#dressers.add(listener);
    if (this.map.isStyleLoaded()) listener();
    return () => void this.#dressers.delete(listener);
  }

  destroy(): void {
    this.#night.removeEventListener("change", this.#theme);
    this.camera.destroy();
    this.#drawing.destroy();
    this.map.remove();
  }

  readonly #fixes = (): Fix[] => this.#movers.flatMap(({ slug }) => this.positions.fixes.get(slug) ?? []);

  readonly #draw = (name: string): void => {
    const drawn = picture(name, palette());
    if (drawn && !this.map.hasImage(name)) this.map.addImage(name, drawn.data, drawn.options);
  };

  async #load(): Promise<void> {
    const ground = outlines().then((loaded) => (this.#outlines = loaded));
    const tiles = settings().then(async ({ tiles_url: url, tiles_attribution: attribution }) => {
      if (url && (await reachable(url))) this.#tiles = { url, attribution };
    });
    for (const part of [ground, tiles]) void part.then(this.#dress, () => undefined);
  }

  /** Puts on the map what has come so far: after loading, and after a change of theme. */
  readonly #dress = (): void => {
    if (!this.map.getSource("markers")) return;
    if (this.#outlines) {
      this.#set("land", this.#outlines.land);
      this.#set("borders", this.#outlines.borders);
    }
    if (this.#tiles && !this.map.getSource("tiles")) {
      this.map.addSource("tiles", { type: "raster", tiles: [this.#tiles.url], tileSize: 256, maxzoom: 19 });
      this.map.addLayer(tileLayer(isDark()), ABOVE_TILES);
    }
    this.listeners.onAttribution(this.#tiles?.attribution ?? null);
    this.#grid();
    this.#drawing.redraw();
    for (const listener of this.#dressers) listener();
  };

  readonly #theme = (): void => {
    this.map.setStyle(style(palette()), { diff: false });
  };

  readonly #grid = (): void => {
    const view = this.map.getBounds();
    const box = { west: view.getWest(), south: view.getSouth(), east: view.getEast(), north: view.getNorth() };
    this.#set("grid", this.#tiles ? NOTHING : graticule(box));
  };

  #set(source: string, data: GeoJSON.GeoJSON): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  readonly #rendered = (): void => {
    const { selected } = this.#drawing;
    const place = selected === null ? undefined : this.#drawing.placeOf(selected);
    this.listeners.onPlace(place ? this.map.project([...place]) : null);
    if (performance.now() - this.#counted < COUNT_MS || !this.map.getLayer("markers")) return;
    this.#counted = performance.now();
    const rendered = this.map.queryRenderedFeatures({ layers: MARKERS });
    this.listeners.onMarkers(new Set(rendered.map(({ properties }) => properties.slug as string)).size);
  };

  /** Selects what was hit; in a stack, each further click the next. */
  readonly #click = ({ point: { x, y } }: MapMouseEvent): void => {
    const area: [[number, number], [number, number]] = [
      [x - TOUCH, y - TOUCH],
      [x + TOUCH, y + TOUCH],
    ];
    const hit = this.map.queryRenderedFeatures(area, { layers: [...MARKERS, "names"] });
    const slugs = [...new Set(hit.map(({ properties }) => properties.slug as string))].sort();
    const next = slugs[(slugs.indexOf(this.#drawing.selected ?? "") + 1) % slugs.length];
    this.listeners.onSelect(next ?? null);
  };
}
