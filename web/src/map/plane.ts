/**
 * The map's plane (web Mercator) in whole numbers of 32 bits: differences are exact, which floats on the graphics card are
 * not, and since they wrap, what is east of 180° lies beside what is west of it.
 */

/** How many units the world is wide and high. Half as many in height: there, nothing may wrap. */
export const WORLD = { x: 2 ** 32, y: 2 ** 31 } as const;
const STEEPEST = 85.051129; // degrees; beyond it the plane ends
const RADIANS = Math.PI / 180;

export function unitsX(lon: number): number {
  return Math.round((lon / 360 + 0.5) * WORLD.x) | 0;
}

export function unitsY(lat: number): number {
  const bounded = Math.max(-STEEPEST, Math.min(STEEPEST, lat));
  const part = 0.5 - Math.log(Math.tan(Math.PI / 4 + (bounded * RADIANS) / 2)) / (2 * Math.PI);
  return Math.max(0, Math.min(WORLD.y - 1, Math.round(part * WORLD.y)));
}

export function lonOf(x: number): number {
  return ((x >>> 0) / WORLD.x - 0.5) * 360;
}

export function latOf(y: number): number {
  return (2 * Math.atan(Math.exp((0.5 - y / WORLD.y) * 2 * Math.PI)) - Math.PI / 2) / RADIANS;
}

/** What is looked at: its middle in units, its size in px, and how many px a unit is long. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

export function viewOf(center: { lng: number; lat: number }, zoom: number, width: number, height: number): View {
  const world = 512 * 2 ** zoom; // px
  return {
    x: unitsX(center.lng),
    y: unitsY(center.lat),
    width,
    height,
    scaleX: world / WORLD.x,
    scaleY: world / WORLD.y,
  };
}

/** Where a place is seen, in px from the left; on the copy of the world nearest to the middle. */
export function pxX(view: View, x: number): number {
  return view.width / 2 + ((x - view.x) | 0) * view.scaleX;
}

export function pxY(view: View, y: number): number {
  return view.height / 2 + (y - view.y) * view.scaleY;
}
