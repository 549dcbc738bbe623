/** Which fixes of this phone are worth sending. */

import type { Position } from "../contract/types";
import { instant } from "../design/times";
import { distance } from "../design/units";

export const MOVING_MS = 2_000; // between two fixes that are sent
export const STANDING_MS = 30_000;

const STILL_M = 8; // how far the fixes of somebody who stands wander
const STILL_MS = 0.5; // m/s

/** A browser's fix as the contract has it. `ahead`: by how much the server's clock is ahead of this one. */
export function positionOf({ coords, timestamp }: GeolocationPosition, ahead: number, battery: number | null): Position {
  const { latitude, longitude, accuracy, speed, heading, altitude } = coords;
  const known = { accuracy, speed, heading: heading === null ? null : rounded(heading, 1) % 360, altitude, battery };
  const said = Object.entries(known).flatMap(([name, value]) =>
    value !== null && Number.isFinite(value) ? [[name, rounded(value, 1)]] : [],
  );
  return {
    at: new Date(timestamp + ahead).toISOString(),
    lat: rounded(latitude, 6),
    lon: rounded(longitude, 6),
    ...Object.fromEntries(said),
  };
}

/** How many ms the newest fix still has to wait after the last one sent; 0 when it may go. */
export function wait(last: Position | null, newest: Position): number {
  if (!last) return 0;
  const gap = moved(last, newest) ? MOVING_MS : STANDING_MS;
  return Math.max(0, instant(last.at) + gap - instant(newest.at));
}

/** Half of them, evenly, the newest among them: what is kept of a track that has become too long. */
export function thinned(track: readonly Position[]): Position[] {
  return track.filter((_, place) => (track.length - place) % 2 === 1);
}

function moved(last: Position, newest: Position): boolean {
  const still = Math.max(STILL_M, (newest.accuracy ?? 0) / 2);
  return (newest.speed ?? 0) > STILL_MS || distance(last, newest) > still;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
