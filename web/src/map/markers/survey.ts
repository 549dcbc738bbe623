/** Who is in view, and whether that is a crowd. */

import type { Spot } from "./names";
import { pxX, pxY, type View } from "../plane";
import type { Scene } from "./scene";

export const CROWD = 500; // more in view are drawn small, without names
const CALM = 450; // and fewer than this as usual again
const MARGIN = 0.1; // of the view: what is prepared beyond its edge
const [SMALLEST, LARGEST] = [8, 14]; // px of a marker in a crowd
const DENSITY = 0.8; // of it to the distance between neighbours

export interface Survey {
  readonly count: number; // in view
  readonly spots: readonly Spot[]; // they and those just beside it; none of a crowd
  readonly crowd: number; // px of a marker in it, 0 when there is none
}

export function survey({ instances, shown }: Scene, view: View, time: number, crowded: boolean): Survey {
  const [beyondX, beyondY] = [view.width * MARGIN, view.height * MARGIN];
  const spots: Spot[] = [];
  let [count, near] = [0, 0];
  for (let row = 0; row < instances.count; row++) {
    const [x, y] = [pxX(view, instances.x(row, time)), pxY(view, instances.y(row, time))];
    if (x < -beyondX || x > view.width + beyondX || y < -beyondY || y > view.height + beyondY) continue;
    near++;
    if (x >= 0 && x <= view.width && y >= 0 && y <= view.height) count++;
    const one = shown[row];
    if (one && near <= CROWD) spots.push({ row, x, y, shown: one });
  }
  if (near <= (crowded ? CALM : CROWD)) return { count, spots, crowd: 0 };
  return { count, spots: [], crowd: sizeOf(near, view) };
}

/** In even px. The more there are, the smaller: neighbours should be told apart, and a processor has fewer pixels to fill. */
export function sizeOf(count: number, { width, height }: { width: number; height: number }): number {
  const apart = Math.sqrt((width * height) / count);
  return 2 * Math.round(Math.max(SMALLEST, Math.min(LARGEST, DENSITY * apart)) / 2);
}
