/** How often may be drawn here: where the processor does the graphics, it must have time for the rest. */

const QUEUE = 2; // frames that may wait for the graphics: one is drawn while the next is prepared
const FAST_MS = 20; // who takes no longer may draw as often as the screen shows
const OFTEN_MS = 25; // and others about 30 times a second, though the screen asks now a little early, now late
const PATIENCE_MS = 10_000; // after that a frame is given up

export class Pace {
  frames = 0; // drawn so far, to the end
  readonly #waiting: { fence: WebGLSync; at: number }[] = [];
  #drawnAt = -Infinity;
  #cost = 0; // ms from handing a frame over until it is drawn, smoothed

  constructor(readonly gl: WebGL2RenderingContext) {}

  /** Looks which frames have been drawn; to be asked before each. */
  look(): void {
    const lost = this.gl.isContextLost();
    const now = performance.now();
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const late = lost || now - first.at > PATIENCE_MS;
      if (!late && this.gl.getSyncParameter(first.fence, this.gl.SYNC_STATUS) !== this.gl.SIGNALED) return;
      this.#waiting.shift();
      this.gl.deleteSync(first.fence);
      if (late) continue;
      this.frames++;
      this.#cost = 0.8 * this.#cost + 0.2 * (now - first.at);
    }
  }

  free(time: number): boolean {
    return this.#waiting.length < QUEUE && time - this.#drawnAt >= (this.#cost > FAST_MS ? OFTEN_MS : 0);
  }

  /** A frame was handed over. It gets a fence in the queue of the graphics: once that is reached, it is drawn. */
  drawn(time: number): void {
    this.#drawnAt = time;
    const fence = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.gl.flush();
    if (fence) this.#waiting.push({ fence, at: performance.now() });
  }
}
