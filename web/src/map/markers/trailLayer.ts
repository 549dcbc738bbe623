/** Puts the trails on the map's ground, at most once a second, and knows where each ends there. */

import type { GeoJSONSource, Map as MapLibre, MapSourceDataEvent } from "maplibre-gl";
import { now } from "../../live/clock";
import type { Trails } from "../../movers/trails";
import { unitsX, unitsY } from "../plane";
import type { Shown } from "./scene";
import { endOf, trailLines } from "./trailLines";

const OFTEN_MS = 1000;
const FADING_MS = 30_000; // how often they are drawn when nobody moves
const PX = 2; // points nearer to each other can't be told apart

/** In units of the plane. */
export interface End {
  readonly x: number;
  readonly y: number;
}

export class TrailLayer {
  #ends: ReadonlyMap<string, End> = new Map(); // of the lines that are seen
  #coming: ReadonlyMap<string, End> = new Map(); // of those that are being made
  #drawnAt = -Infinity;
  #dirty = true;
  #empty = true;

  constructor(
    readonly map: MapLibre,
    readonly trails: Trails,
  ) {
    map.on("sourcedata", this.#loaded);
  }

  /** Somebody moved. */
  touch(): void {
    this.#dirty = true;
  }

  /** Other trails, or on other ground. */
  redraw(): void {
    this.#dirty = true;
    this.#drawnAt = -Infinity;
  }

  endOf(slug: string): End | undefined {
    return this.#ends.get(slug);
  }

  /** Draws those of `shown`, if it is time. */
  draw(shown: readonly Shown[], selected: string | null, time: number): void {
    const waited = time - this.#drawnAt;
    if (waited < OFTEN_MS || (!this.#dirty && waited < FADING_MS)) return;
    const source = this.map.getSource<GeoJSONSource>("trails");
    if (!source || (shown.length === 0 && this.#empty)) return;
    [this.#drawnAt, this.#dirty, this.#empty] = [time, false, shown.length === 0];
    const trailed = shown.map(({ mover: { slug, group }, fix }) => {
      const trail = this.trails.get(slug) ?? [];
      return { slug, group, selected: slug === selected, trail, fixedAt: fix.at };
    });
    const least = (PX * 360) / (512 * 2 ** this.map.getZoom());
    void source.setData(trailLines(trailed, least, now()));
    this.#coming = new Map(
      trailed.flatMap(({ slug, trail, fixedAt }) => {
        const end = endOf(trail, fixedAt);
        return end ? [[slug, { x: unitsX(end.lon), y: unitsY(end.lat) }]] : [];
      }),
    );
  }

  readonly #loaded = ({ sourceId, isSourceLoaded }: MapSourceDataEvent): void => {
    if (sourceId === "trails" && isSourceLoaded) this.#ends = this.#coming;
  };
}
