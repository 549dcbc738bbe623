/** Draws movers over the map, frame by frame while they glide, and not at all while everything stands still. */

import type { Map as MapLibre } from "maplibre-gl";
import type { Mover } from "../../movers/movers";
import type { Positions } from "../../movers/positions";
import type { Presences } from "../../movers/presence";
import { colour } from "./flatShapes";
import { Names } from "./names";
import { Overlay } from "./overlay";
import { Pace } from "./pace";
import { palette } from "../palette";
import { pxX, pxY, viewOf, WORLD, type View } from "../plane";
import { Scene } from "./scene";
import { hit, type Seen } from "./stacks";
import { survey, type Survey } from "./survey";
import { TrailLayer } from "./trailLayer";

const SURVEY_MS = 250;
const OLD_MS = 15_000; // how often ages are looked at
const REACH = 16; // px from a marker's middle that still hit it
const FADED = 0.4;
const METRES = 40_075_017; // around the equator

export class Drawing {
  selected: string | null = null;
  readonly scene: Scene;
  pace: Pace;
  readonly #names = new Names();
  readonly #trails: TrailLayer;
  readonly #stops: (() => void)[];
  #overlay: Overlay;
  #survey: Survey = { count: 0, spots: [], crowd: 0 };
  #opacity = 1;
  #surveyedAt = -Infinity;
  #agedAt = 0;
  #drawnAt = 0;
  #drawnIn: CSSNumberish | null = null; // the browser's frame
  #dirty = true; // somebody or the view moved since the last frame
  #stirred = true; // and since the last survey
  #frame = 0;

  constructor(
    readonly map: MapLibre,
    readonly positions: Positions,
    readonly still: () => boolean,
    readonly onDrawn: (count: number) => void, // of those in view
    readonly onFree: () => void, // there is time for another frame
  ) {
    this.#overlay = new Overlay(map, palette(), this.dress);
    this.pace = new Pace(this.#overlay.gl);
    this.scene = new Scene(positions, still, this.#overlay.sprites);
    this.#trails = new TrailLayer(map, positions.trails);
    this.#stops = [positions.subscribe(this.#hear)];
    map.on("render", this.#moved);
    map.on("zoomend", () => this.#trails.redraw());
    this.#frame = requestAnimationFrame(this.#tick);
  }

  setMovers(movers: readonly Mover[], presences: Presences): void {
    if (this.scene.setMovers(movers, presences, clock())) this.#surveyedAt = -Infinity;
    this.#stir();
  }

  select(slug: string | null): void {
    this.selected = slug;
    this.redraw();
  }

  /** Lets all markers step back behind what the map shows otherwise. */
  fade(faded: boolean): void {
    this.#opacity = faded ? FADED : 1;
    this.#overlay.fade(this.#opacity);
  }

  redraw(): void {
    this.#trails.redraw();
    this.#surveyedAt = -Infinity;
    this.#stir();
  }

  /** New colours, another screen, or a graphics card that has forgotten everything: all pictures anew. */
  readonly dress = (): void => {
    this.#overlay.destroy();
    this.#overlay = new Overlay(this.map, palette(), this.dress);
    this.#overlay.fade(this.#opacity);
    this.pace = new Pace(this.#overlay.gl);
    this.scene.dress(this.#overlay.sprites);
    this.redraw();
  };

  /** Where a marker is drawn at this moment, in units of the plane and in px. */
  placeOf(slug: string): { x: number; y: number; px: Seen } | undefined {
    const row = this.scene.instances.rowOf(slug);
    if (row === undefined) return undefined;
    const time = clock();
    const [x, y] = [this.scene.instances.x(row, time), this.scene.instances.y(row, time)];
    return { x, y, px: this.#px(this.#view(), time)(row) };
  }

  /** Who is under a point: several when they are stacked there. */
  under(point: Seen): string[] {
    const at = this.#px(this.#view(), clock());
    const found = this.#hit(point, at, this.#survey.crowd || REACH);
    const named = found.length > 0 ? undefined : this.#names.hit(point, at);
    const rows = named === undefined ? found : this.#hit(at(named), at, 1);
    return rows.flatMap((row) => this.scene.shown[row]?.mover.slug ?? []);
  }

  destroy(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#frame);
    this.#overlay.destroy();
  }

  #hit(point: Seen, at: (row: number) => Seen, reach: number): number[] {
    const near: { row: number; x: number; y: number }[] = [];
    for (let row = 0; row < this.scene.instances.count; row++) {
      const { x, y } = at(row);
      if (Math.abs(x - point.x) < 2 * REACH && Math.abs(y - point.y) < 2 * REACH) near.push({ row, x, y });
    }
    return hit(near, point, reach).flatMap((place) => near[place]?.row ?? []);
  }

  readonly #hear = (source: string): void => {
    this.scene.hear(source, clock());
    this.#trails.touch();
    this.#stir();
  };

  /** The map has drawn its ground, perhaps elsewhere: markers go along in the same frame. */
  readonly #moved = (): void => {
    if (this.map.getPixelRatio() !== this.#overlay.sprites.sheet.ratio) this.dress();
    this.#stirred = true;
    this.#draw(clock());
  };

  readonly #tick = (): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    if (!this.map.getCanvas().checkVisibility({ visibilityProperty: true })) return; // a phone shows another pane
    const time = clock();
    if (time - this.#agedAt > OLD_MS) this.#age(time);
    this.pace.look();
    if (!this.pace.free(time)) return;
    this.onFree();
    if (this.#drawnIn !== document.timeline.currentTime && this.#due(time)) this.#draw(time);
  };

  #due(time: number): boolean {
    return this.#dirty || this.scene.instances.gliding(this.#drawnAt) || this.#lookDue(time);
  }

  #lookDue(time: number): boolean {
    return this.#stirred && time - this.#surveyedAt > SURVEY_MS;
  }

  #age(time: number): void {
    this.#agedAt = time;
    this.scene.age();
    this.#stir();
  }

  #stir(): void {
    this.#dirty = this.#stirred = true;
  }

  #draw(time: number): void {
    this.#dirty = false;
    this.#drawnAt = time;
    this.#drawnIn = document.timeline.currentTime;
    const view = this.#view();
    if (view.width === 0) return;
    if (this.scene.meet(time)) this.#surveyedAt = -Infinity;
    if (this.#lookDue(time)) this.#look(view, time);
    const selected = this.scene.instances.rowOf(this.selected);
    this.#shapes(view, time, selected);
    this.#overlay.draw({ time, view, crowd: this.#survey.crowd, selected }, this.scene.instances);
    this.pace.drawn(time);
    this.onDrawn(this.#survey.count);
  }

  /** Who is in view gets a picture, a name where there is room, and a trail. */
  #look(view: View, time: number): void {
    [this.#stirred, this.#surveyedAt] = [false, time];
    this.#survey = survey(this.scene, view, time, this.#survey.crowd > 0);
    if (this.#survey.crowd > 0) this.scene.size(this.#survey.crowd);
    const row = this.scene.instances.rowOf(this.selected);
    const shown = row === undefined ? undefined : this.scene.shown[row];
    const selected = row !== undefined && shown ? [{ row, shown, ...this.#px(view, time)(row) }] : [];
    const spots = this.#survey.crowd > 0 ? selected : this.#survey.spots;
    this.scene.detail([...spots, ...selected].map((spot) => spot.row));
    this.#names.arrange(spots, this.selected, this.#overlay.plates);
    this.#trails.draw(
      spots.map((spot) => spot.shown),
      this.selected,
      time,
    );
  }

  #shapes(view: View, time: number, selected: number | undefined): void {
    const { under, over, plates } = this.#overlay;
    const at = this.#px(view, time);
    under.clear();
    over.clear();
    const spots = this.#survey.crowd > 0 ? [selected] : this.#survey.spots.map(({ row }) => row);
    for (const row of spots) if (row !== undefined) this.#way(view, row, row === selected, at(row));
    if (selected !== undefined) this.#accuracy(view, selected, at(selected));
    this.#names.draw(over, plates, at, this.map.getPixelRatio());
  }

  /** From the end of its trail to where it is. */
  #way(view: View, row: number, selected: boolean, { x, y }: Seen): void {
    const shown = this.scene.shown[row];
    const end = shown && this.#trails.endOf(shown.mover.slug);
    if (!end) return;
    const { colours } = this.#overlay.sprites;
    const [width, opacity] = selected ? [4, 0.95] : [2, 0.5];
    const tint = colour(colours[shown.mover.group], opacity);
    this.#overlay.under.line(pxX(view, end.x), pxY(view, end.y), x, y, width, tint);
  }

  #accuracy(view: View, row: number, { x, y }: Seen): void {
    const fix = this.scene.shown[row]?.fix;
    if (!fix?.accuracy) return;
    const metre = (view.scaleY * WORLD.y) / (METRES * Math.cos((fix.lat * Math.PI) / 180)); // in px
    const { accent } = this.#overlay.sprites.colours;
    this.#overlay.under.circle(x, y, fix.accuracy * metre, colour(accent, 0.14), colour(accent, 0.6));
  }

  #px(view: View, time: number): (row: number) => Seen {
    const { instances } = this.scene;
    return (row) => ({ x: pxX(view, instances.x(row, time)), y: pxY(view, instances.y(row, time)) });
  }

  #view(): View {
    const { clientWidth, clientHeight } = this.map.getCanvas();
    return viewOf(this.map.getCenter(), this.map.getZoom(), clientWidth, clientHeight);
  }
}

/** Whole milliseconds, as the graphics card counts them. */
function clock(): number {
  return Math.round(performance.now());
}
