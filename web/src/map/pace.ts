/** How often the map may be drawn here: where the processor does the graphics, frames take their time. */

import type { Map as MapLibre } from "maplibre-gl";

const PATIENCE_MS = 2000; // after that a fence is given up

export class Pace {
  frames = 0; // done so far
  readonly #gl: WebGL2RenderingContext | null;
  #fence: WebGLSync | null = null;
  #drawnAt = 0;
  #waiting = 0; // frames before the fence

  constructor(readonly map: MapLibre) {
    this.#gl = map.getCanvas().getContext("webgl2");
    map.on("render", this.#rendered);
  }

  /** Whether the frame before has been drawn: another one now would only queue up behind it. */
  free(time: number): boolean {
    if (!this.#fence) return true;
    if (!this.#done() && time - this.#drawnAt < PATIENCE_MS) return false;
    this.#gl?.deleteSync(this.#fence);
    this.#fence = null;
    this.frames += this.#waiting;
    this.#waiting = 0;
    return true;
  }

  /** Each frame gets a fence in the queue of the graphics; behind it, it is done. */
  readonly #rendered = (): void => {
    if (!this.#gl) return;
    if (this.#fence) this.#gl.deleteSync(this.#fence);
    this.#fence = this.#gl.fenceSync(this.#gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.#drawnAt = performance.now();
    this.#waiting++;
    this.#gl.flush();
  };

  #done(): boolean {
    if (!this.#gl || !this.#fence || this.#gl.isContextLost()) return true;
    return this.#gl.getSyncParameter(this.#fence, this.#gl.SYNC_STATUS) === this.#gl.SIGNALED;
  }
}
