/** Draws movers on the map, frame by frame but no oftener than the eye needs and the machine bears. */

import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { now } from "../live/clock";
import type { Mover } from "../movers/movers";
import type { Positions } from "../movers/positions";
import type { Presences } from "../movers/presence";
import { Glides, type LngLat } from "./glides";
import { Pace } from "./pace";
import { circle, markers, NOTHING, trails, type Shown } from "./shapes";
import { SIGNS, type DataSource } from "./style";

const CROWD = 500; // as many in view are drawn as plain dots, and jump instead of gliding
const CROWD_MS = 500;
const MARGIN = 0.1; // of the view: what is drawn beyond its edge
const TRAILS_MS = 1000;
const OLD_MS = 15_000; // how often ages are looked at when nothing moves

export class Drawing {
  selected: string | null = null;
  readonly #glides = new Glides();
  #movers: readonly Mover[] = [];
  #presences: Presences = {};
  #shown: Shown[] = [];
  #dirty = true;
  #crowd = false;
  #circled = false;
  #drawnAt = -Infinity;
  #trailsAt = -Infinity;
  #frame = 0;
  readonly #pace: Pace;
  readonly #stop: () => void;

  constructor(
    readonly map: MapLibre,
    readonly positions: Positions,
    readonly reducedMotion: () => boolean,
    readonly onDrawn: () => void,
  ) {
    this.#pace = new Pace(map);
    this.#stop = positions.subscribe(() => (this.#dirty = true));
    map.on("move", () => (this.#dirty = true));
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
    if (!this.#pace.free(time) || !this.map.getSource("markers")) return;
    if (this.#crowd && time - this.#drawnAt < CROWD_MS) return;
    if (this.#dirty || this.#glides.moving(this.#drawnAt) || time - this.#drawnAt > OLD_MS) this.#draw(time);
  };

  #draw(time: number): void {
    this.#dirty = false;
    this.#drawnAt = time;
    this.#pace.drawn(time);
    this.#shown = this.#movers.flatMap((mover) => this.#place(mover, time));
    const visible = this.#visible();
    this.#gather(visible.length > CROWD);
    this.#set("markers", markers(visible, this.selected, now()));
    this.#drawAccuracy();
    if (time - this.#trailsAt > TRAILS_MS) {
      this.#trailsAt = time;
      this.#set(
        "trails",
        trails(this.#trailed(), (slug) => this.positions.trails.get(slug), this.selected),
      );
    }
    this.onDrawn();
  }

  #visible(): readonly Shown[] {
    const view = this.map.getBounds();
    const [east, north] = [(view.getEast() - view.getWest()) * MARGIN, (view.getNorth() - view.getSouth()) * MARGIN];
    return this.#shown.filter(
      ({ place: [lon, lat] }) =>
        lon > view.getWest() - east &&
        lon < view.getEast() + east &&
        lat > view.getSouth() - north &&
        lat < view.getNorth() + north,
    );
  }

  #gather(crowd: boolean): void {
    const drawn = this.map.getLayoutProperty("crowd", "visibility") === "visible";
    this.#crowd = crowd;
    if (drawn === crowd) return;
    for (const layer of SIGNS) this.map.setLayoutProperty(layer, "visibility", crowd ? "none" : "visible");
    this.map.setLayoutProperty("crowd", "visibility", crowd ? "visible" : "none");
  }

  /** Of a crowd only the selected one's trail is drawn: the others' would cover the map. */
  #trailed(): readonly Shown[] {
    if (this.#shown.length <= CROWD) return this.#shown;
    return this.#shown.filter(({ mover }) => mover.slug === this.selected);
  }

  #place(mover: Mover, time: number): Shown[] {
    const fix = this.positions.fixes.get(mover.slug);
    if (!fix) return [];
    const still = this.#crowd || this.reducedMotion();
    this.#glides.move(mover.slug, [fix.lon, fix.lat], time, still);
    const place = this.#glides.at(mover.slug, time) ?? [fix.lon, fix.lat];
    return [{ mover, fix, place, online: this.#presences[mover.slug]?.online }];
  }

  /** New data cost a round trip to the map's worker: none when there was and is no circle. */
  #drawAccuracy(): void {
    const one = this.#shown.find(({ mover }) => mover.slug === this.selected);
    const known = one && one.fix.accuracy !== null && one.fix.accuracy > 0;
    if (!known && !this.#circled) return;
    this.#circled = Boolean(known);
    this.#set("accuracy", known ? circle(one.place, one.fix.accuracy ?? 0) : NOTHING);
  }

  #set(source: DataSource, data: GeoJSON.GeoJSON): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }
}
