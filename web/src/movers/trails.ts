/** The last minutes of each source, in order of time: what the map draws behind a marker. */

import { distance } from "../design/units";

export interface Point {
  at: number; // ms since 1970
  lat: number;
  lon: number;
}

export type Trail = readonly Point[];

export const TRAIL_MS = 15 * 60_000;
export const TRAIL_POINTS = 1000; // of one source; beyond it the oldest go
const ALL_POINTS = 200_000; // of all together, about 5 MB: where many report, each keeps less
const STILL_M = 40; // how far a parked vehicle's fixes wander
const GAP_MS = 120_000; // nothing heard for so long is a gap
const FASTEST = 100; // m/s; faster than that it wasn't there in between

/** The trails of all sources, within a budget. */
export class Trails {
  readonly #courses = new Map<string, Course>();

  constructor(readonly budget = ALL_POINTS) {}

  /** One more point at its place in time; a time already there is the same point again. */
  add(source: string, point: Point): void {
    let course = this.#courses.get(source);
    if (!course) this.#courses.set(source, (course = new Course()));
    course.add(point, Math.min(TRAIL_POINTS, Math.floor(this.budget / this.#courses.size)));
  }

  remove(source: string): void {
    this.#courses.delete(source);
  }

  get(source: string): Trail | undefined {
    return this.#courses.get(source)?.points();
  }
}

const POINT = 3; // numbers: at, lat, lon
const FIRST_POINTS = 4;

/** One source's trail in an array of numbers: ten thousand trails of objects would keep the garbage collector busy. */
class Course {
  #numbers = new Float64Array(FIRST_POINTS * POINT);
  #begin = 0; // where the oldest lies
  #end = 0;
  #read: Trail | null = null;

  add({ at, lat, lon }: Point, most: number): void {
    if (this.#end > this.#begin && at < this.#at(this.#end - POINT) - TRAIL_MS) return;
    let place = this.#end;
    while (place > this.#begin && this.#at(place - POINT) > at) place -= POINT;
    if (place > this.#begin && this.#at(place - POINT) === at) return;
    place = this.#makeRoom(place, most);
    this.#numbers.copyWithin(place + POINT, place, this.#end);
    this.#numbers.set([at, lat, lon], place);
    this.#end += POINT;
    this.#forget(most);
    this.#read = null;
  }

  points(): Trail {
    if (this.#read) return this.#read;
    const points: Point[] = [];
    for (let place = this.#begin; place < this.#end; place += POINT) {
      const [at = 0, lat = 0, lon = 0] = this.#numbers.subarray(place, place + POINT);
      points.push({ at, lat, lon });
    }
    return (this.#read = points);
  }

  #at(place: number): number {
    return this.#numbers[place] ?? 0;
  }

  /** Room for a point more; where `place` lies then. At the end of the array all moves to its beginning. */
  #makeRoom(place: number, most: number): number {
    if (this.#end < this.#numbers.length) return place;
    const kept = this.#numbers.subarray(this.#begin, this.#end);
    const points = Math.min(2 * most, Math.max(FIRST_POINTS, (2 * kept.length) / POINT));
    const room = Math.max(points * POINT, kept.length + POINT);
    if (room <= this.#numbers.length && room > this.#numbers.length / 4) this.#numbers.copyWithin(0, this.#begin, this.#end);
    else {
      this.#numbers = new Float64Array(room);
      this.#numbers.set(kept);
    }
    const moved = place - this.#begin;
    [this.#begin, this.#end] = [0, this.#end - this.#begin];
    return moved;
  }

  #forget(most: number): void {
    const since = this.#at(this.#end - POINT) - TRAIL_MS;
    this.#begin = Math.max(this.#begin, this.#end - most * POINT);
    while (this.#at(this.#begin) < since) this.#begin += POINT;
  }
}

/** The trail cut where nothing is known of the way between two points. */
export function stretches(trail: Trail): Trail[] {
  const cut: Point[][] = [];
  trail.forEach((point, place) => {
    const before = trail[place - 1];
    const stretch = cut.at(-1);
    if (before && stretch && joined(before, point)) stretch.push(point);
    else cut.push([point]);
  });
  return cut.filter(({ length }) => length > 1);
}

function joined(before: Point, after: Point): boolean {
  const time = after.at - before.at;
  return time <= GAP_MS && distance(before, after) <= (FASTEST * Math.max(time, 1000)) / 1000;
}

/** Since when it has stood where it is; `atLeast` when the trail doesn't reach back to its coming. */
export function stillSince(trail: Trail): { at: number; atLeast: boolean } | null {
  const here = trail.at(-1);
  if (!here) return null;
  let first = trail.length - 1;
  while (first > 0 && distance(here, trail[first - 1] ?? here) <= STILL_M) first--;
  return { at: (trail[first] ?? here).at, atLeast: first === 0 };
}
