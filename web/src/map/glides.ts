/** Markers on their way from one fix to the next. */

export type LngLat = readonly [lon: number, lat: number];

interface Glide {
  from: LngLat;
  to: LngLat;
  start: number; // ms, of the frame clock
}

const GLIDE_MS = 900; // a little under the usual second between fixes
const JUMP_DEGREES = 0.05; // farther than that it didn't drive

export class Glides {
  readonly #glides = new Map<string, Glide>();

  /** Where it is to be from now on; `still` when motion isn't wanted. */
  move(slug: string, to: LngLat, time: number, still: boolean): void {
    const glide = this.#glides.get(slug);
    if (glide && glide.to[0] === to[0] && glide.to[1] === to[1]) return;
    const here = this.at(slug, time);
    const jump = still || !here || Math.hypot(here[0] - to[0], here[1] - to[1]) > JUMP_DEGREES;
    this.#glides.set(slug, { from: jump ? to : here, to, start: time });
  }

  at(slug: string, time: number): LngLat | undefined {
    const glide = this.#glides.get(slug);
    if (!glide) return undefined;
    const { from, to, start } = glide;
    const part = Math.min(1, Math.max(0, (time - start) / GLIDE_MS));
    return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  }

  moving(time: number): boolean {
    for (const { from, to, start } of this.#glides.values()) if (from !== to && time - start < GLIDE_MS) return true;
    return false;
  }

  keepOnly(slugs: ReadonlySet<string>): void {
    for (const slug of this.#glides.keys()) if (!slugs.has(slug)) this.#glides.delete(slug);
  }
}
