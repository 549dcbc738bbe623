/** Keeps one marker in the middle, as smoothly as it glides. */

import type { Map as MapLibre, MapLibreEvent } from "maplibre-gl";
import type { Director } from "./camera";
import { latOf, lonOf, WORLD } from "./plane";

const LAG_MS = 150; // how far the view hangs back, so that it doesn't jerk
const WHEEL_MS = 250; // a turn of the wheel may be followed by another
const NEAREST = 0.05; // px; nearer is there
const FAR = 3; // views; farther than that one doesn't fly
const NARROW = 500; // px; there a pop-up covers what is below

export class Following {
  slug: string | null = null;
  #flight: { zoom: number; animate: boolean } | null = null; // to it, once it is known where it is
  #held = false; // a finger or the mouse's button is on the map
  #wheeled = -Infinity;
  #steppedAt = 0;

  constructor(
    readonly map: MapLibre,
    readonly director: Director,
  ) {
    map.on("dragstart", this.#dragged);
    map.on("boxzoomstart", this.end);
    map.on("wheel", () => (this.#wheeled = performance.now()));
    map.getCanvasContainer().addEventListener("pointerdown", this.#hold);
    for (const end of ["pointerup", "pointercancel"] as const) addEventListener(end, this.#release);
  }

  /** From now on; first a flight to it, if one isn't as near as that. */
  begin(slug: string, zoom: number, animate: boolean): void {
    this.slug = slug;
    this.#flight = { zoom, animate };
    this.#around("center");
    this.director.onFollow(slug);
  }

  readonly end = (): void => {
    if (this.slug === null) return;
    this.slug = null;
    this.#around(undefined);
    this.director.onFollow(null);
  };

  /** One step after it; to be asked before each frame. */
  step(): void {
    const time = performance.now();
    const passed = time - this.#steppedAt;
    this.#steppedAt = time;
    if (this.slug === null || this.#held || this.map.isMoving() || time - this.#wheeled < WHEEL_MS) return;
    const place = this.director.placeOf(this.slug);
    if (!place) return;
    if (this.#flight) return this.#fly(place, this.#flight);
    const px = 512 * 2 ** this.map.getZoom();
    const [x, y] = [place.x, place.y + (this.lift() / px) * WORLD.y];
    const { x: hereX, y: hereY } = this.#middle();
    const [dx, dy] = [(x - hereX) | 0, y - hereY];
    const far = Math.hypot((dx / WORLD.x) * px, (dy / WORLD.y) * px);
    if (far < NEAREST) return;
    const jump = this.director.reducedMotion() || far > FAR * this.map.getContainer().clientWidth;
    const part = jump ? 1 : 1 - Math.exp(-passed / LAG_MS);
    this.map.jumpTo({ center: [lonOf(hereX + dx * part), latOf(hereY + dy * part)] });
  }

  /** How far above the middle, in px, something is shown that has a pop-up. */
  lift(): number {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    return width < NARROW ? height / 5 : 0;
  }

  destroy(): void {
    for (const end of ["pointerup", "pointercancel"] as const) removeEventListener(end, this.#release);
  }

  #fly({ x, y }: { x: number; y: number }, { zoom, animate }: { zoom: number; animate: boolean }): void {
    this.#flight = null;
    if (this.map.getZoom() >= zoom) return;
    const offset: [number, number] = [0, -this.lift()];
    this.map.easeTo({ center: [lonOf(x), latOf(y)], zoom, offset, animate, duration: 600 });
  }

  /** Two fingers zoom: that isn't dragging it away. */
  readonly #dragged = ({ originalEvent }: MapLibreEvent<MouseEvent | TouchEvent | undefined>): void => {
    const fingers = originalEvent && "touches" in originalEvent ? originalEvent.touches.length : 1;
    if (fingers < 2) this.end();
  };

  /** Moving the map under a gesture would break it off. */
  readonly #hold = (): void => void (this.#held = true);
  readonly #release = (): void => void (this.#held = false);

  /** What zooming leaves in its place: the middle, or the pointer. */
  #around(around: "center" | undefined): void {
    for (const zoom of [this.map.scrollZoom, this.map.touchZoomRotate]) {
      zoom.disable();
      zoom.enable(around ? { around } : undefined);
    }
  }

  /** Of the view, in units and parts of them: steps of a slow marker are smaller. */
  #middle(): { x: number; y: number } {
    const { lng, lat } = this.map.getCenter();
    const mercator = 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
    return { x: (lng / 360 + 0.5) * WORLD.x, y: mercator * WORLD.y };
  }
}
