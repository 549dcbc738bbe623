/** Trails as lines of the map that fade with age. */

import type { Feature, FeatureCollection, LineString } from "geojson";
import type { Group } from "../../movers/movers";
import { stretches, TRAIL_MS, type Point, type Trail } from "../../movers/trails";

const STEPS = 6; // of fading

export interface Trailed {
  readonly group: Group;
  readonly selected: boolean;
  readonly trail: Trail;
  readonly fixedAt: number; // ms; from the point before on, the line is drawn to the moving marker
}

/** `least`: how many degrees a point must be from the one before to be seen. */
export function trailLines(trails: readonly Trailed[], least: number, now: number): FeatureCollection<LineString> {
  const features = trails.flatMap(({ group, selected, trail, fixedAt }) =>
    stretches(trail)
      .map((stretch) => stretch.filter(({ at }) => at < fixedAt))
      .flatMap((stretch) => pieces(thinned(stretch, least), now))
      .map(({ fade, points }): Feature<LineString> => ({
        type: "Feature",
        properties: { group, selected, fade },
        geometry: { type: "LineString", coordinates: points.map(({ lon, lat }) => [lon, lat]) },
      })),
  );
  return { type: "FeatureCollection", features };
}

/** Where a trail's line ends, and the marker's own way begins; null when it isn't known how it came to its last fix. */
export function endOf(trail: Trail, fixedAt: number): Point | null {
  const last = stretches(trail.slice(-2)).at(-1);
  const [before, newest] = last ?? [];
  return before && newest?.at === fixedAt ? before : null;
}

function thinned(stretch: Trail, least: number): Trail {
  let kept = stretch[0];
  return stretch.filter((point, place) => {
    const seen =
      !kept || place === 0 || place === stretch.length - 1 || Math.hypot(point.lat - kept.lat, point.lon - kept.lon) > least;
    if (seen) kept = point;
    return seen;
  });
}

/** A line cut where its age steps on; the pieces share their ends. */
function pieces(line: Trail, now: number): { fade: number; points: Point[] }[] {
  const cut: { fade: number; points: Point[] }[] = [];
  line.forEach((point, place) => {
    const before = line[place - 1];
    if (!before) return;
    const fade = fadeOf(now - before.at);
    const piece = cut.at(-1);
    if (piece?.fade === fade) piece.points.push(point);
    else cut.push({ fade, points: [before, point] });
  });
  return cut;
}

/** From 1, new, down to 1/6. */
function fadeOf(age: number): number {
  const step = Math.floor((Math.max(0, age) / TRAIL_MS) * STEPS);
  return (STEPS - Math.min(step, STEPS - 1)) / STEPS;
}
