/** Draws movers on the map, frame by frame but no oftener than the eye needs. */

import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { now } from "../clock";
import type { Mover } from "../movers";
import type { Positions } from "../positions";
import type { Presences } from "../presence";
import { Glides, type LngLat } from "./glides";
import { circle, markers, NOTHING, trails, type Shown } from "./shapes";
import type { DataSource } from "./style";

const FRAME_MS = 40; // 25 a second glide well enough, also where the processor draws
const MANY_FRAME_MS = 250; // thousands jump instead of gliding
const MANY = 800;
const TRAILS_MS = 1000;
const OLD_MS = 15_000; // how often ages are looked at when nothing moves

export class Drawing {
  selected: string | null = null;
  readonly #glides = new Glides();
  #movers: readonly Mover[] = [];
  #presences: Presences = {};
  #shown: Shown[] = [];
  #dirty = true;
  #drawnAt = -Infinity;
  #trailsAt = -Infinity;
  #frame = 0;
  readonly #stop: () => void;

  constructor(
    readonly map: MapLibre,
    readonly positions: Positions,
    readonly reducedMotion: () => boolean,
    readonly onDrawn: () => void,
  ) {
    this.#stop = positions.subscribe(() => (this.#dirty = true));
    this.#frame = requestAnimationFrame(this.#tick);
  }

  setMovers(movers: readonly Mover[], presences: Presences): void {
    this.#movers = movers;
    this.#presences = presences;
    this.#glides.keepOnly(new Set(movers.map(({ slug }) => slug)));
    this.redraw();
  }

  select(slug: string | null): void {
    this.selected = slug;
    this.redraw();
  }

  redraw(): void {
    this.#dirty = true;
    this.#trailsAt = -Infinity;
  }

  /** Where a marker is drawn at this moment. */
  placeOf(slug: string): LngLat | undefined {
    return this.#glides.at(slug, performance.now());
  }

  destroy(): void {
    this.#stop();
    cancelAnimationFrame(this.#frame);
  }

  readonly #tick = (time: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    const pause = this.#movers.length > MANY ? MANY_FRAME_MS : FRAME_MS;
    if (time - this.#drawnAt < pause || !this.map.getSource("markers")) return;
    if (this.#dirty || this.#glides.moving(this.#drawnAt) || time - this.#drawnAt > OLD_MS) this.#draw(time);
  };

  #draw(time: number): void {
    this.#dirty = false;
    this.#drawnAt = time;
    this.#shown = this.#movers.flatMap((mover) => this.#place(mover, time));
    this.#set("markers", markers(this.#shown, this.selected, now()));
    this.#drawAccuracy();
    if (time - this.#trailsAt > TRAILS_MS) {
      this.#trailsAt = time;
      this.#set("trails", trails(this.#shown, (slug) => this.positions.trails.get(slug), this.selected));
    }
    this.onDrawn();
  }

  #place(mover: Mover, time: number): Shown[] {
    const fix = this.positions.fixes.get(mover.slug);
    if (!fix) return [];
    const still = this.#movers.length > MANY || this.reducedMotion();
    this.#glides.move(mover.slug, [fix.lon, fix.lat], time, still);
    const place = this.#glides.at(mover.slug, time) ?? [fix.lon, fix.lat];
    return [{ mover, fix, place, online: this.#presences[mover.slug]?.online }];
  }

  #drawAccuracy(): void {
    const one = this.#shown.find(({ mover }) => mover.slug === this.selected);
    const known = one && one.fix.accuracy !== null && one.fix.accuracy > 0;
    this.#set("accuracy", known ? circle(one.place, one.fix.accuracy ?? 0) : NOTHING);
  }

  #set(source: DataSource, data: GeoJSON.GeoJSON): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }
}
