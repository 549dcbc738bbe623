/** The view: everyone in it until the user takes hold, and again when asked; or one who is followed. */

import type { LngLatBoundsLike, Map as MapLibre, PaddingOptions } from "maplibre-gl";
import type { Fix } from "../movers/positions";
import { Following } from "./following";
import type { Box } from "./ground/graticule";

const PADDING = { top: 56, right: 96, bottom: 64, left: 64 }; // px: room for names, buttons and the scale
const CLOSEST = 15;
const NEAR = 13; // what is looked at is shown at least as near
const CHECK_MS = 2000;

/** What a camera asks and tells. */
export interface Director {
  fixes(): Iterable<Fix>;
  placeOf(slug: string): { x: number; y: number } | undefined; // in units of the plane
  reducedMotion(): boolean;
  onFitting(fitting: boolean): void;
  onFollow(slug: string | null): void;
}

export class Camera {
  readonly following: Following;
  #fitting = true;
  #first = true;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(
    readonly map: MapLibre,
    readonly director: Director,
  ) {
    this.following = new Following(map, director);
    for (const gesture of ["dragstart", "wheel", "boxzoomstart", "dblclick", "touchmove"] as const) {
      map.on(gesture, () => this.#fit(false));
    }
    map.getCanvas().addEventListener("keydown", this.#key);
    this.#timer = setInterval(this.#keepIn, CHECK_MS);
  }

  /** Everyone in view, and kept there until the user moves the map. */
  fitAll(): void {
    this.following.end();
    this.#fit(true);
    this.#show();
  }

  zoom(by: number): void {
    this.#fit(false);
    this.map.easeTo({ zoom: this.map.getZoom() + by, animate: !this.director.reducedMotion() });
  }

  /** Keeps a source in the middle until the user drags the map away; null lets it go. */
  follow(slug: string | null): void {
    if (slug === this.following.slug) return;
    if (slug === null) return this.following.end();
    this.#fit(false);
    this.following.begin(slug, NEAR, !this.#first && !this.director.reducedMotion());
    this.#first = false;
  }

  /** Brings a place into view, nearer when it was far away. */
  lookAt({ lon, lat }: { lon: number; lat: number }): void {
    if (this.following.slug !== null) return;
    if (this.map.getBounds().contains([lon, lat]) && this.map.getZoom() >= 11) return;
    this.#fit(false);
    this.#first = false;
    const zoom = Math.max(this.map.getZoom(), NEAR);
    const offset: [number, number] = [0, -this.following.lift()];
    this.map.easeTo({ center: [lon, lat], zoom, offset, animate: !this.director.reducedMotion(), duration: 600 });
  }

  /** Brings a stretch of ground into view; everyone else may be outside it. */
  lookOver(bounds: LngLatBoundsLike, padding: PaddingOptions): void {
    this.following.end();
    this.#fit(false);
    this.#first = false;
    this.map.fitBounds(bounds, { padding, maxZoom: CLOSEST, animate: !this.director.reducedMotion(), duration: 600 });
  }

  /** The first fixes have come: show them without a flight. */
  begin(): void {
    if (this.#first && this.#fitting) this.#show();
  }

  destroy(): void {
    clearInterval(this.#timer);
    this.following.destroy();
  }

  readonly #key = ({ key }: KeyboardEvent): void => {
    if (/^(Arrow|[-+=])/.test(key)) this.#fit(false);
    if (key.startsWith("Arrow")) this.following.end();
  };

  #fit(fitting: boolean): void {
    this.#fitting = fitting;
    this.director.onFitting(fitting);
  }

  readonly #keepIn = (): void => {
    if (!this.#fitting || this.map.isMoving() || this.map.getContainer().clientWidth === 0) return;
    const box = around(this.director.fixes());
    if (box && !(this.#inside(box.west, box.north) && this.#inside(box.east, box.south))) this.#show();
  };

  /** Well inside, so that a name beside it can be read. */
  #inside(lon: number, lat: number): boolean {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const { x, y } = this.map.project([lon, lat]);
    const { left, top, right, bottom } = PADDING;
    return x > left / 2 && x < width - right / 2 && y > top / 2 && y < height - bottom / 2;
  }

  #show(): void {
    const box = around(this.director.fixes());
    if (!box) return;
    const bounds: LngLatBoundsLike = [box.west, box.south, box.east, box.north];
    this.map.fitBounds(bounds, {
      padding: PADDING,
      maxZoom: CLOSEST,
      animate: !this.#first && !this.director.reducedMotion(),
      duration: 600,
    });
    this.#first = false;
  }
}

function around(fixes: Iterable<Fix>): Box | null {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const { lon, lat } of fixes) {
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
  }
  return box.west <= box.east ? box : null;
}
