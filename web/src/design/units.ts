/** Measures in a dispatcher's words. */

const COMPASS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
const EARTH_RADIUS = 6_371_000; // m

export function compass(heading: number): string {
  return COMPASS[Math.round((((heading % 360) + 360) % 360) / 45) % 8] ?? "";
}

export function kmh(metresPerSecond: number): string {
  return `${Math.round(metresPerSecond * 3.6)} km/h`;
}

export function metres(length: number): string {
  return length < 1000 ? `${Math.round(length)} m` : `${(length / 1000).toFixed(1)} km`;
}

interface Place {
  lat: number;
  lon: number;
}

/** Metres between two places close enough for a flat earth. */
export function distance(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const north = (b.lat - a.lat) * radians;
  const east = (b.lon - a.lon) * radians * Math.cos(((a.lat + b.lat) / 2) * radians);
  return EARTH_RADIUS * Math.hypot(north, east);
}
