/** The names beside the markers: whose there is room for, and what a stack holds. */

import { age } from "../../design/times";
import { now } from "../../live/clock";
import { isGone } from "../../movers/activity";
import type { FlatShapes } from "./flatShapes";
import { placed } from "./placement";
import { PLATE, type Plate, type Plates } from "./plates";
import type { Shown } from "./scene";
import { stacks, type Seen } from "./stacks";

/** A marker in view. */
export interface Spot extends Seen {
  readonly row: number;
  readonly shown: Shown;
}

interface Name {
  readonly row: number;
  readonly text: string;
  readonly width: number; // px
  readonly side: number;
  readonly dx: number;
  readonly dy: number;
}

export class Names {
  #names = new Map<string, Name>(); // by slug

  /** Finds their places anew; who had a name keeps it and its side, if it can. */
  arrange(spots: readonly Spot[], selected: string | null, plates: Plates): void {
    const sorted = spots
      .map((spot) => ({ spot, rank: this.#rank(spot.shown, selected) }))
      .sort((one, other) => other.rank - one.rank)
      .map(({ spot }) => spot);
    const tops = stacks(sorted);
    const heights = new Map<number, number>();
    for (const top of tops) heights.set(top, (heights.get(top) ?? 0) + 1);
    const asking = [...heights].map(([place, height]) => {
      const { x, y, row, shown } = sorted[place] as Spot;
      const text = textOf(shown, height);
      const { slug } = shown.mover;
      const before = this.#names.get(slug)?.side;
      return { x, y, row, text, before, slug, must: slug === selected, width: plates.widthOf(text), height: PLATE };
    });
    const offsets = placed(asking, spots);
    this.#names = new Map(
      asking.flatMap(({ slug, row, text, width }, place) => {
        const offset = offsets[place];
        return offset ? [[slug, { row, text, width, ...offset }]] : [];
      }),
    );
  }

  draw(shapes: FlatShapes, plates: Plates, at: (row: number) => Seen, ratio: number): void {
    const sharp = (px: number) => Math.round(px * ratio) / ratio;
    const found = this.#plates(plates);
    for (const { row, text, dx, dy } of this.#names.values()) {
      const plate = found.get(text);
      const { x, y } = at(row);
      if (plate) shapes.picture(sharp(sharp(x) + dx), sharp(sharp(y) + dy), plate.width, PLATE, plate.x, plate.y);
    }
  }

  /** The row whose name lies under a point. */
  hit({ x, y }: Seen, at: (row: number) => Seen): number | undefined {
    for (const { row, width, dx, dy } of this.#names.values()) {
      const marker = at(row);
      const [right, down] = [x - marker.x - dx, y - marker.y - dy];
      if (right >= 0 && right <= width && down >= 0 && down <= PLATE) return row;
    }
    return undefined;
  }

  /** All on one sheet; when it is full it is begun anew with those of now. */
  #plates(plates: Plates): ReadonlyMap<string, Plate> {
    const draw = () => [...this.#names.values()].map(({ text }) => [text, plates.plate(text)] as const);
    let drawn = draw();
    if (drawn.some(([, plate]) => plate === null)) {
      plates.clear();
      drawn = draw();
    }
    return new Map(drawn.flatMap(([text, plate]) => (plate ? [[text, plate]] : [])));
  }

  /** The higher, the earlier it may choose. */
  #rank({ mover, state }: Shown, selected: string | null): number {
    return (
      (mover.slug === selected ? 8 : 0) +
      (mover.group === "vehicle" ? 4 : 0) +
      (state === "moving" ? 2 : 0) +
      (this.#names.has(mover.slug) ? 1 : 0)
    );
  }
}

function textOf({ mover, fix, state }: Shown, height: number): string {
  const old = isGone(state) ? ` · ${age(now() - fix.at)}` : "";
  return mover.name + old + (height > 1 ? ` +${height - 1}` : "");
}
