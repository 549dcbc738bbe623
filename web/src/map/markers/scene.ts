/** Who is on the map and what each looks like, kept in the rows that the graphics card draws. */

import { initials } from "../../design/initials";
import { now } from "../../live/clock";
import { stateOf, type State } from "../../movers/activity";
import type { Group, Mover } from "../../movers/movers";
import type { Fix, Positions } from "../../movers/positions";
import type { Presences } from "../../movers/presence";
import { Instances } from "./instances";
import { unitsX, unitsY } from "../plane";
import type { Sprites } from "./sprites";

const LAYERS: Record<Group, number> = { device: 0, crew: 1, vehicle: 2 }; // the higher, the later drawn
const RADIANS = Math.PI / 180;

/** A row. */
export interface Shown {
  readonly mover: Mover;
  fix: Fix;
  state: State;
  heading: number | null; // it shows, in degrees
}

export class Scene {
  readonly instances = new Instances();
  shown: Shown[] = []; // by row
  #movers: ReadonlyMap<string, Mover> = new Map();
  #presences: Presences = {};
  #waiting = false; // somebody has a fix by now, and no row yet

  constructor(
    readonly positions: Positions,
    readonly still: () => boolean,
    public sprites: Sprites,
  ) {}

  /** Whether the rows are others by now. */
  setMovers(movers: readonly Mover[], presences: Presences, time: number): boolean {
    const before = this.#movers;
    const changed =
      movers.length !== before.size ||
      movers.some(({ slug, name, kind }) => before.get(slug)?.name !== name || before.get(slug)?.kind !== kind);
    if (changed) {
      this.#movers = new Map(movers.map((mover) => [mover.slug, mover]));
      this.#gather(time);
    }
    if (changed || presences !== this.#presences) {
      this.#presences = presences;
      this.age();
    }
    return changed;
  }

  /** A source was heard: its marker sets out to where it is now. */
  hear(slug: string, time: number): void {
    const row = this.instances.rowOf(slug);
    const shown = row === undefined ? undefined : this.shown[row];
    const fix = this.positions.fixes.get(slug);
    if (row === undefined || !shown || !fix) {
      this.#waiting ||= this.#movers.has(slug);
      return;
    }
    if (shown.fix === fix) return;
    shown.fix = fix;
    this.instances.move(row, unitsX(fix.lon), unitsY(fix.lat), time, this.still());
    this.#look(row, shown, now());
  }

  /** Time has passed: some are older than they look. */
  age(): void {
    const at = now();
    this.shown.forEach((shown, row) => this.#look(row, shown, at));
  }

  /** Those who came get their rows; whether there were any. */
  meet(time: number): boolean {
    if (!this.#waiting) return false;
    this.#gather(time);
    this.age();
    return true;
  }

  /** New sprites: everyone's pictures anew. */
  dress(sprites: Sprites): void {
    this.sprites = sprites;
    this.#paintAnew();
  }

  /** How large marks are in a crowd, in px. */
  size(mark: number): void {
    if (this.sprites.size(mark)) this.#paintAnew();
  }

  /** The picture among few, for those in view: thousands out of view need none. */
  detail(rows: readonly number[]): void {
    if (rows.some((row) => !this.#detail(row))) {
      this.sprites.clear();
      this.#paintAnew();
      for (const row of rows) this.#detail(row);
    }
  }

  #detail(row: number): boolean {
    const shown = this.shown[row];
    const pictures = this.instances.shown(row);
    if (!shown || pictures.disc > 0) return true;
    const disc = this.sprites.disc(shown.mover.group, signOf(shown.mover), shown.state);
    this.instances.show(row, { ...pictures, disc });
    return disc > 0;
  }

  #paintAnew(): void {
    this.shown.forEach((shown, row) => {
      this.instances.show(row, { disc: 0, mark: 0, arrow: 0 });
      this.#paint(row, shown);
    });
  }

  /** Rows in drawing order for everyone who has a fix. */
  #gather(time: number): void {
    this.#waiting = false;
    const placed = [...this.#movers.values()].filter(({ slug }) => this.positions.fixes.has(slug));
    placed.sort((one, other) => LAYERS[one.group] - LAYERS[other.group]);
    const known = new Set(this.shown.map(({ mover }) => mover.slug));
    this.instances.keep(placed.map(({ slug }) => slug));
    this.shown = placed.map((mover) => ({ mover, fix: this.positions.fixes.get(mover.slug) as Fix, state: "unknown", heading: null }));
    this.shown.forEach(({ mover, fix }, row) => {
      const [x, y] = [unitsX(fix.lon), unitsY(fix.lat)];
      if (known.has(mover.slug)) this.instances.move(row, x, y, time, this.still());
      else this.instances.put(row, x, y, time);
    });
  }

  #look(row: number, shown: Shown, at: number): void {
    const { mover, fix } = shown;
    const state = stateOf(fix, this.#presences[mover.slug]?.online, at);
    if (fix.heading !== null) this.instances.turn(row, fix.heading * RADIANS);
    if (state === shown.state && headingOf(state, fix) === shown.heading) return;
    shown.state = state;
    shown.heading = headingOf(state, fix);
    this.#paint(row, shown);
  }

  /** Who had a picture among few keeps one. */
  #paint(row: number, { mover, state, heading }: Shown): void {
    const { group } = mover;
    const disc = this.instances.shown(row).disc > 0 ? this.sprites.disc(group, signOf(mover), state) : 0;
    const arrow = heading === null ? 0 : this.sprites.arrow(group, heading);
    this.instances.show(row, { disc, mark: this.sprites.mark(group, state, heading), arrow });
  }
}

/** The heading it shows. */
function headingOf(state: State, fix: Fix): number | null {
  return state === "moving" ? fix.heading : null;
}

function signOf(mover: Mover): string {
  if (mover.group === "crew") return initials(mover.name);
  return mover.kind === "scanner" ? "reader" : mover.kind;
}
