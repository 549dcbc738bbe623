/** The view: everyone in it until the user takes hold, and again when asked. */

import type { LngLatBoundsLike, Map as MapLibre, PaddingOptions } from "maplibre-gl";
import type { Fix } from "../movers/positions";

const PADDING = { top: 56, right: 96, bottom: 64, left: 64 }; // px: room for names, buttons and the scale
const CLOSEST = 15;
const NARROW = 500;
const CHECK_MS = 2000;

export class Camera {
  #fitting = true;
  #first = true;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(
    readonly map: MapLibre,
    readonly fixes: () => readonly Fix[],
    readonly reducedMotion: () => boolean,
    readonly onFitting: (fitting: boolean) => void,
  ) {
    for (const gesture of ["dragstart", "wheel", "boxzoomstart", "dblclick", "touchmove"] as const) {
      map.on(gesture, () => this.#fit(false));
    }
    map.getCanvas().addEventListener("keydown", this.#key);
    this.#timer = setInterval(this.#keepIn, CHECK_MS);
  }

  /** Everyone in view, and kept there until the user moves the map. */
  fitAll(): void {
    this.#fit(true);
    this.#show();
  }

  zoom(by: number): void {
    this.#fit(false);
    this.map.easeTo({ zoom: this.map.getZoom() + by, animate: !this.reducedMotion() });
  }

  /** Brings a place into view, nearer when it was far away. */
  lookAt({ lon, lat }: Fix): void {
    if (this.map.getBounds().contains([lon, lat]) && this.map.getZoom() >= 11) return;
    this.#fit(false);
    const zoom = Math.max(this.map.getZoom(), 13);
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const offset: [number, number] = width < NARROW ? [0, -height / 5] : [0, 0]; // there the pop-up lies below
    this.map.easeTo({ center: [lon, lat], zoom, offset, animate: !this.reducedMotion(), duration: 600 });
  }

  /** Brings a stretch of ground into view; everyone else may be outside it. */
  lookOver(bounds: LngLatBoundsLike, padding: PaddingOptions): void {
    this.#fit(false);
    this.map.fitBounds(bounds, { padding, maxZoom: CLOSEST, animate: !this.reducedMotion(), duration: 600 });
  }

  /** The first fixes have come: show them without a flight. */
  begin(): void {
    if (this.#first && this.#fitting) this.#show();
  }

  destroy(): void {
    clearInterval(this.#timer);
  }

  readonly #key = ({ key }: KeyboardEvent): void => {
    if (/^(Arrow|[-+=])/.test(key)) this.#fit(false);
  };

  #fit(fitting: boolean): void {
    this.#fitting = fitting;
    this.onFitting(fitting);
  }

  readonly #keepIn = (): void => {
    if (!this.#fitting || this.map.isMoving() || this.map.getContainer().clientWidth === 0) return;
    if (this.fixes().some((fix) => !this.#inside(fix))) this.#show();
  };

  /** Well inside, so that a name beside it can be read. */
  #inside({ lon, lat }: Fix): boolean {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const { x, y } = this.map.project([lon, lat]);
    const { left, top, right, bottom } = PADDING;
    return x > left / 2 && x < width - right / 2 && y > top / 2 && y < height - bottom / 2;
  }

  #show(): void {
    const bounds = around(this.fixes());
    if (!bounds) return;
    this.map.fitBounds(bounds, {
      padding: PADDING,
      maxZoom: CLOSEST,
      animate: !this.#first && !this.reducedMotion(),
      duration: 600,
    });
    this.#first = false;
  }
}

function around(fixes: readonly Fix[]): LngLatBoundsLike | null {
  if (fixes.length === 0) return null;
  const lons = fixes.map(({ lon }) => lon);
  const lats = fixes.map(({ lat }) => lat);
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  return [
    [least(lons), least(lats)],
    [most(lons), most(lats)],
  ];
}
