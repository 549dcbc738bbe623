/** A source's past between two moments, as the map and the time line show it: pure functions of the points fetched. */

import type { TrackPoint } from "../../contract/types";
import { instant } from "../../design/times";

export interface TrackSpot {
  readonly at: number; // ms since 1970
  readonly lat: number;
  readonly lon: number;
  readonly speed: number | null; // m/s, the mean since the spot before
  readonly heading: number | null;
  readonly gap: boolean; // nothing was heard for long before it
}

export type Track = readonly TrackSpot[];

export function trackOf(points: readonly TrackPoint[]): Track {
  return points.map(({ at, ...point }) => ({ ...point, at: instant(at) }));
}

/** A stretch of time in which the source was heard, or wasn't. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly heard: boolean;
}

/** The whole span cut into what was heard and what wasn't. */
export function pieces(track: Track, from: number, to: number): Piece[] {
  const cut: Piece[] = [];
  let end = from;
  for (const stretch of stretches(track)) {
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (!first || !last) continue;
    if (first.at > end) cut.push({ from: end, to: first.at, heard: false });
    cut.push({ from: first.at, to: last.at, heard: true });
    end = last.at;
  }
  if (to > end) cut.push({ from: end, to, heard: false });
  return cut;
}

/** The spots between gaps. */
export function stretches(track: Track): TrackSpot[][] {
  const cut: TrackSpot[][] = [];
  for (const spot of track) {
    const stretch = cut.at(-1);
    if (stretch && !spot.gap) stretch.push(spot);
    else cut.push([spot]);
  }
  return cut;
}

/** What is known of one moment: between two spots a place on the way, in a gap the last one and how long it lasted. */
export interface Moment {
  readonly at: number;
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly speed: number | null;
  readonly heading: number | null;
  readonly silence: { readonly from: number | null; readonly to: number | null } | null;
}

const NEAR_MS = 1500; // of a spot: the time line can't be set more finely on a long span

export function momentAt(track: Track, at: number): Moment {
  const next = after(track, at);
  const before = track[next - 1];
  const spot = track[next];
  if (before && at - before.at <= NEAR_MS && (!spot || spot.gap)) return known(at, before, before);
  if (spot && spot.at - at <= NEAR_MS && (!before || spot.gap)) return known(at, spot, spot);
  if (!before || !spot || spot.gap) {
    const silence = { from: before?.at ?? null, to: spot?.at ?? null };
    return { at, place: before ?? null, speed: null, heading: null, silence };
  }
  const part = (at - before.at) / (spot.at - before.at);
  const between = (from: number, to: number) => from + (to - from) * part;
  const place = { lat: between(before.lat, spot.lat), lon: between(before.lon, spot.lon) };
  return known(at, place, spot, before.heading ?? spot.heading);
}

function known(
  at: number,
  { lat, lon }: { lat: number; lon: number },
  { speed, heading }: TrackSpot,
  headed = heading,
): Moment {
  return { at, place: { lat, lon }, speed, heading: headed, silence: null };
}

/** The place in the track of the first spot later than `at`. */
function after(track: Track, at: number): number {
  let [low, high] = [0, track.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((track[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type Bounds = [[west: number, south: number], [east: number, north: number]];

export function boundsOf(track: Track): Bounds | null {
  const [first] = track;
  if (!first) return null;
  const bounds: Bounds = [
    [first.lon, first.lat],
    [first.lon, first.lat],
  ];
  for (const { lon, lat } of track) {
    bounds[0] = [Math.min(bounds[0][0], lon), Math.min(bounds[0][1], lat)];
    bounds[1] = [Math.max(bounds[1][0], lon), Math.max(bounds[1][1], lat)];
  }
  return bounds;
}

const EARTH_M = 40_075_017; // around the equator
const TILE_PX = 512;
const [FINEST, COARSEST] = [1, 32]; // m

/**
 * How much of the way the server may leave out (m): what lies within a pixel of the view can't be seen. In steps of two,
 * so that a little zooming asks for nothing new; never more than COARSEST, since the view may go near at any time.
 */
export function toleranceOf(zoom: number, lat: number): number {
  const pixel = (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
  return Math.max(FINEST, Math.min(COARSEST, 2 ** Math.floor(Math.log2(pixel))));
}
