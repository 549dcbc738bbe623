/** A place in an address. */

import type { Place } from "./liveMap";

/** `at=51.98,5.91`, null when it is none on earth. */
export function placeOf(text: string | null): Place | null {
  const [, lat, lon] = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text ?? "") ?? [];
  const place = { lat: Number(lat), lon: Number(lon) };
  return Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180 ? place : null;
}
