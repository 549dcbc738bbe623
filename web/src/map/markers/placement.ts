/** Where names fit beside their markers without covering each other or another marker. */

import type { Seen } from "./stacks";

export interface Name extends Seen {
  readonly width: number; // px
  readonly height: number;
  readonly before: number | undefined; // the side it had, which it keeps if it can
  readonly must: boolean; // it is shown in any case
}

/** A name's upper left corner from its marker, in px. */
export interface Offset {
  readonly side: number;
  readonly dx: number;
  readonly dy: number;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const DISC = 13; // px, radius
const GAP = 5;
const AIR = 2; // between names
const CELL = 64;

type Side = (name: Name) => [dx: number, dy: number];
const SIDES: readonly Side[] = [
  ({ width }) => [-width / 2, DISC + GAP], // below
  ({ width, height }) => [-width / 2, -DISC - GAP - height], // above
  ({ height }) => [DISC + GAP, -height / 2], // to the right
  ({ width, height }) => [-DISC - GAP - width, -height / 2], // to the left
];

/** The place of each name, the first first; null where none is free. `discs` are what should stay visible. */
export function placed(names: readonly Name[], discs: readonly Seen[]): (Offset | null)[] {
  const taken = new Boxes();
  for (const { x, y } of discs) taken.add({ left: x - DISC, top: y - DISC, right: x + DISC, bottom: y + DISC });
  return names.map((name) => {
    const sides = [...new Set([name.before ?? 0, 0, 1, 2, 3])];
    const free = sides.find((side) => !taken.meet(boxOf(name, side)));
    const side = free ?? (name.must ? sides[0] : undefined);
    if (side === undefined) return null;
    const { left, top, right, bottom } = boxOf(name, side);
    taken.add({ left: left - AIR, top: top - AIR, right: right + AIR, bottom: bottom + AIR });
    return { side, dx: left - name.x, dy: top - name.y };
  });
}

function boxOf(name: Name, side: number): Box {
  const [dx, dy] = SIDES[side]?.(name) ?? [0, 0];
  const [left, top] = [name.x + dx, name.y + dy];
  return { left, top, right: left + name.width, bottom: top + name.height };
}

/** Boxes by the cells they lie in. */
class Boxes {
  readonly #cells = new Map<number, Box[]>();

  add(box: Box): void {
    for (const cell of cells(box)) {
      const known = this.#cells.get(cell);
      if (known) known.push(box);
      else this.#cells.set(cell, [box]);
    }
  }

  meet(box: Box): boolean {
    return cells(box).some((cell) => this.#cells.get(cell)?.some((other) => overlap(box, other)));
  }
}

function cells({ left, top, right, bottom }: Box): number[] {
  const found: number[] = [];
  for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++)
    for (let line = Math.floor(top / CELL); line <= Math.floor(bottom / CELL); line++) found.push(column * 4096 + line);
  return found;
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
