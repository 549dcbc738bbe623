/** The map itself, apart from React: loaded only when there is something to show on it. */

import "maplibre-gl/dist/maplibre-gl.css";
import { Map as MapLibre, Marker, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { settings } from "../app/api";
import type { Mover } from "../movers/movers";
import type { Fix, Positions } from "../movers/positions";
import type { Presences } from "../movers/presence";
import { Camera } from "./camera";
import { Drawing } from "./markers/drawing";
import { graticule, NOTHING, stepOf, type Box } from "./ground/graticule";
import { outlines, type Outlines } from "./ground/outlines";
import { isDark, palette } from "./palette";
import { ABOVE_TILES, style, tileLayer } from "./ground/style";
import { reachable, type TileSettings } from "./ground/tiles";

setWorkerUrl(workerUrl);

/** A point of the map's element, in px. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

export interface MapListeners {
  onSelect: (slug: string | null) => void; // a click hit one, or none
  onStack: (slugs: readonly string[], at: Spot) => void; // a click hit several, the nearest first
  onFollow: (slug: string | null) => void; // null once the user takes the map away
  onFitting: (fitting: boolean) => void;
  onPlace: (place: Spot | null) => void; // of the selected
  onMarkers: (count: number) => void; // drawn in view
  onAttribution: (attribution: string | null) => void;
}

const EUROPE = { center: [8, 50] as [number, number], zoom: 3.4 };

export class LiveMap {
  readonly map: MapLibre;
  readonly camera: Camera;
  readonly drawing: Drawing;
  readonly #dressers = new Set<() => void>();
  readonly #night = matchMedia("(prefers-color-scheme: dark)");
  #movers: readonly Mover[] = [];
  #outlines: Outlines | null = null;
  #tiles: TileSettings | null = null;
  #gridded: (Box & { step: number }) | null = null;
  #pin: Marker | null = null;
  #pinned: Place | null = null;
  #count = 0;

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
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.map.on("style.load", this.#styled);
    this.map.on("moveend", this.#grid);
    this.map.on("click", this.#click);
    this.map.on("mousemove", this.#point);
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const reducedMotion = () => still.matches;
    this.drawing = new Drawing(this.map, positions, reducedMotion, this.#drawn, () => this.camera.following.step());
    this.camera = new Camera(this.map, {
      fixes: () => this.#fixes(),
      placeOf: (slug) => this.drawing.placeOf(slug),
      reducedMotion,
      onFitting: listeners.onFitting,
      onFollow: listeners.onFollow,
    });
    this.#night.addEventListener("change", this.#theme);
    void this.#load();
  }

  setMovers(movers: readonly Mover[], presences: Presences): void {
    this.#movers = movers;
    this.drawing.setMovers(movers, presences);
  }

  select(slug: string | null): void {
    if (slug === this.drawing.selected) return;
    this.drawing.select(slug);
    const fix = slug === null ? undefined : this.positions.fixes.get(slug);
    if (fix) this.camera.lookAt(fix);
  }

  /** Keeps it in the middle until the user drags the map away; null lets it go. */
  follow(slug: string | null): void {
    this.camera.follow(slug);
  }

  /** A pin where somebody marked a place, brought into view. */
  showPlace(place: Place | null): void {
    this.#pinned = place;
    this.#stick();
    if (place) this.camera.lookAt(place);
  }

  /** Lets what is live step back behind what was. */
  fade(faded: boolean): void {
    this.drawing.fade(faded);
  }

  /** Told whenever the style has come, at once if it is there: layers of one's own have to be added anew. Returns how to stop. */
  onDress(listener: () => void): () => void {
    this.#dressers.add(listener);
    if (this.map.getSource("trails")) listener();
    return () => void this.#dressers.delete(listener);
  }

  destroy(): void {
    this.#night.removeEventListener("change", this.#theme);
    this.camera.destroy();
    this.drawing.destroy();
    this.map.remove();
  }

  *#fixes(): Generator<Fix> {
    for (const { slug } of this.#movers) {
      const fix = this.positions.fixes.get(slug);
      if (fix) yield fix;
    }
  }

  async #load(): Promise<void> {
    const ground = outlines().then((loaded) => (this.#outlines = loaded));
    const tiles = settings().then(async ({ tiles_url: url, tiles_attribution: attribution }) => {
      if (url && (await reachable(url))) this.#tiles = { url, attribution };
    });
    for (const part of [ground, tiles]) void part.then(this.#dress, () => undefined);
  }

  readonly #styled = (): void => {
    this.#dress();
    this.drawing.redraw();
    for (const listener of this.#dressers) listener();
  };

  /** Puts on the map what has come so far: after loading, and after a change of theme. */
  readonly #dress = (): void => {
    if (!this.map.getSource("trails")) return;
    if (this.#outlines) {
      this.#set("land", this.#outlines.land);
      this.#set("borders", this.#outlines.borders);
    }
    if (this.#tiles && !this.map.getSource("tiles")) {
      this.map.addSource("tiles", { type: "raster", tiles: [this.#tiles.url], tileSize: 256, maxzoom: 19 });
      this.map.addLayer(tileLayer(isDark()), ABOVE_TILES);
    }
    this.listeners.onAttribution(this.#tiles?.attribution ?? null);
    this.#gridded = null;
    this.#grid();
  };

  readonly #theme = (): void => {
    this.map.setStyle(style(palette()), { diff: false });
    this.drawing.dress();
    this.#stick();
  };

  /** Lines for three views, so that not every step needs new ones. */
  readonly #grid = (): void => {
    const view = this.map.getBounds();
    const box = { west: view.getWest(), south: view.getSouth(), east: view.getEast(), north: view.getNorth() };
    const step = stepOf(box.east - box.west);
    if (this.#gridded?.step === step && within(box, this.#gridded)) return;
    const [width, height] = [box.east - box.west, box.north - box.south];
    const wide = { west: box.west - width, south: box.south - height, east: box.east + width, north: box.north + height };
    this.#gridded = { ...wide, step };
    this.#set("grid", this.#tiles ? NOTHING : graticule(wide, step));
  };

  #set(source: string, data: GeoJSON.GeoJSON): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  #stick(): void {
    this.#pin?.remove();
    this.#pin = null;
    if (!this.#pinned) return;
    this.#pin = new Marker({ color: palette().accent }).setLngLat([this.#pinned.lon, this.#pinned.lat]).addTo(this.map);
    this.#pin.getElement().ariaLabel = "Marked place";
  }

  readonly #drawn = (count: number): void => {
    this.camera.begin();
    const { selected } = this.drawing;
    const place = selected === null ? undefined : this.drawing.placeOf(selected);
    this.listeners.onPlace(place?.px ?? null);
    if (count === this.#count) return;
    this.#count = count;
    this.listeners.onMarkers(count);
  };

  readonly #click = ({ point }: MapMouseEvent): void => {
    const slugs = this.drawing.under(point);
    if (slugs.length > 1) this.listeners.onStack(slugs, { x: point.x, y: point.y });
    else this.listeners.onSelect(slugs[0] ?? null);
  };

  readonly #point = ({ point }: MapMouseEvent): void => {
    this.map.getCanvas().style.cursor = this.drawing.under(point).length > 0 ? "pointer" : "";
  };
}

function within(inner: Box, outer: Box): boolean {
  return (
    inner.west >= outer.west && inner.east <= outer.east && inner.south >= outer.south && inner.north <= outer.north
  );
}
