/** How often the map may be drawn here: where the processor does the graphics, it must have time for the rest. */

import type { Map as MapLibre } from "maplibre-gl";

const FASTEST_MS = 40; // 25 a second glide well enough
const SLOWEST_MS = 2000;
const SHARE = 3; // draw for one part of the time in so many

export class Pace {
  readonly #gl: WebGL2RenderingContext | null;
  #fence: WebGLSync | null = null;
  #drawnAt = -Infinity;
  #drawing = false;
  #cost = 0; // ms from handing the data over until they are seen, smoothed

  constructor(readonly map: MapLibre) {
    this.#gl = map.getCanvas().getContext("webgl2");
    map.on("render", this.#rendered);
  }

  /** Whether the last drawing is on the screen, and long enough ago. */
  free(time: number): boolean {
    if (this.#drawing && !this.#finished(time)) return false;
    return time - this.#drawnAt >= Math.min(SLOWEST_MS, Math.max(FASTEST_MS, SHARE * this.#cost));
  }

  drawn(time: number): void {
    this.#drawnAt = time;
    this.#drawing = true;
  }

  #finished(time: number): boolean {
    const waited = time - this.#drawnAt;
    if (waited < SLOWEST_MS && !(this.map.isSourceLoaded("markers") && this.#seen())) return false;
    this.#drawing = false;
    this.#cost = 0.7 * this.#cost + 0.3 * waited;
    return true;
  }

  /** Each frame gets a fence in the queue of the graphics; behind it, it is done. */
  readonly #rendered = (): void => {
    if (!this.#gl) return;
    if (this.#fence) this.#gl.deleteSync(this.#fence);
    this.#fence = this.#gl.fenceSync(this.#gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.#gl.flush();
  };

  #seen(): boolean {
    if (!this.#gl || !this.#fence || this.#gl.isContextLost()) return true;
    return this.#gl.getSyncParameter(this.#fence, this.#gl.SYNC_STATUS) === this.#gl.SIGNALED;
  }
}
