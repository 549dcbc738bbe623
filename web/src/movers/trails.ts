/** The last minutes of a source, in order of time: what the map draws behind a marker. */

import { distance } from "../design/units";

export interface Point {
  at: number; // ms since 1970
  lat: number;
  lon: number;
}

export type Trail = readonly Point[];

export const TRAIL_MS = 15 * 60_000;
export const TRAIL_POINTS = 1000; // beyond it the oldest go
const STILL_M = 40; // how far a parked vehicle's fixes wander
const GAP_MS = 120_000; // nothing heard for so long is a gap
const FASTEST = 100; // m/s; faster than that it wasn't there in between

/** The trail with one more point at its place in time; a time already there is the same point again. */
export function addPoint(trail: Trail, { at, lat, lon }: Point): Trail {
  const newest = Math.max(at, trail.at(-1)?.at ?? at);
  if (at < newest - TRAIL_MS) return trail;
  let place = trail.length;
  while (place > 0 && (trail[place - 1]?.at ?? 0) > at) place--;
  if (trail[place - 1]?.at === at) return trail;
  const longer = trail.toSpliced(place, 0, { at, lat, lon });
  const kept = longer.findIndex((point) => point.at >= newest - TRAIL_MS);
  return longer.slice(Math.max(kept, longer.length - TRAIL_POINTS));
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
