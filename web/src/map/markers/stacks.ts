/** Markers that lie upon each other, as seen. */

export const STACK_PX = 14;

export interface Seen {
  readonly x: number; // px
  readonly y: number;
}

/** For each the place in the list of the one it is stacked under, its own when it is on top: the earlier the higher. */
export function stacks(seen: readonly Seen[], radius = STACK_PX): number[] {
  const tops = new Map<string, number[]>(); // by cell, as large as the radius
  return seen.map((spot, place) => {
    const [column, line] = [Math.floor(spot.x / radius), Math.floor(spot.y / radius)];
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1])
        for (const top of tops.get(`${column + dx},${line + dy}`) ?? [])
          if (apart(spot, seen[top] ?? spot) < radius) return top;
    const cell = `${column},${line}`;
    tops.set(cell, [...(tops.get(cell) ?? []), place]);
    return place;
  });
}

/** Those under a point: all that lie with the nearest one, which must be within reach; the nearest first. */
export function hit(seen: readonly Seen[], point: Seen, reach: number): number[] {
  const near = seen
    .map((spot, place) => ({ place, far: apart(spot, point) }))
    .filter(({ far }) => far <= reach + STACK_PX)
    .sort((one, other) => one.far - other.far);
  const [nearest] = near;
  const top = nearest && seen[nearest.place];
  if (!nearest || !top || nearest.far > reach) return [];
  return near.filter(({ place }) => apart(seen[place] ?? top, top) < STACK_PX).map(({ place }) => place);
}

function apart(one: Seen, other: Seen): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
