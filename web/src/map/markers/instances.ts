/**
 * What the graphics card knows of each marker, a row of seven words: where it goes, where it comes from, when it set out,
 * its heading and its pictures. On the way the card moves it by itself; a new fix rewrites one row.
 */

export const ROW = 7; // words of 4 bytes: to x, y; from x, y; start; heading; pictures
export const GLIDE_MS = 900; // a little under the usual second between fixes
const JUMP = 600_000; // units, about 0.05°: farther than that it didn't drive
const SPARE = 256;

/** The slots of a marker's pictures; 0 for none. */
export interface Pictures {
  readonly disc: number; // of 65,535, among few
  readonly mark: number; // of 255, in a crowd
  readonly arrow: number; // of 255, beside the disc
}

export class Instances {
  count = 0;
  words = new Int32Array(SPARE * ROW);
  #floats = new Float32Array(this.words.buffer);
  #rows = new Map<string, number>();
  #still = 0; // ms, when the last glide ends
  #low = Infinity;
  #high = -Infinity;

  /** Those that are drawn from now on, the first lowest; who stays goes on where it is. */
  keep(slugs: readonly string[]): void {
    const [words, rows] = [this.words, this.#rows];
    this.words = new Int32Array((slugs.length + SPARE) * ROW);
    this.#floats = new Float32Array(this.words.buffer);
    this.#rows = new Map(slugs.map((slug, row) => [slug, row]));
    slugs.forEach((slug, row) => {
      const before = rows.get(slug);
      if (before !== undefined) this.words.set(words.subarray(before * ROW, (before + 1) * ROW), row * ROW);
    });
    this.count = slugs.length;
    this.#touch(0, this.count - 1);
  }

  rowOf(slug: string | null): number | undefined {
    return slug === null ? undefined : this.#rows.get(slug);
  }

  /** Puts it somewhere without a glide. */
  put(row: number, x: number, y: number, time: number): void {
    this.words.set([x, y, x, y, time], row * ROW);
    this.#touch(row, row);
  }

  /** Sends it somewhere; `still` when motion isn't wanted. */
  move(row: number, x: number, y: number, time: number, still: boolean): void {
    const place = row * ROW;
    const { words } = this;
    if (words[place] === x && words[place + 1] === y) return;
    const [fromX, fromY] = [this.x(row, time), this.y(row, time)];
    if (still || Math.abs((x - fromX) | 0) > JUMP || Math.abs(y - fromY) > JUMP) return this.put(row, x, y, time);
    words[place] = x;
    words[place + 1] = y;
    words[place + 2] = fromX;
    words[place + 3] = fromY;
    words[place + 4] = time;
    this.#still = Math.max(this.#still, time + GLIDE_MS);
    this.#touch(row, row);
  }

  turn(row: number, radians: number): void {
    const rounded = Math.fround(radians);
    if (this.#floats[row * ROW + 5] === rounded) return;
    this.#floats[row * ROW + 5] = rounded;
    this.#touch(row, row);
  }

  show(row: number, { disc, mark, arrow }: Pictures): void {
    const packed = disc | (mark << 16) | (arrow << 24);
    if (this.words[row * ROW + 6] === packed) return;
    this.words[row * ROW + 6] = packed;
    this.#touch(row, row);
  }

  shown(row: number): Pictures {
    const packed = this.words[row * ROW + 6] ?? 0;
    return { disc: packed & 0xffff, mark: (packed >>> 16) & 0xff, arrow: packed >>> 24 };
  }

  /** Where it is at a time, in units of the plane. */
  x(row: number, time: number): number {
    const [to = 0, from = 0] = [this.words[row * ROW], this.words[row * ROW + 2]];
    return (from + Math.round(((to - from) | 0) * this.#part(row, time))) | 0;
  }

  y(row: number, time: number): number {
    const [to = 0, from = 0] = [this.words[row * ROW + 1], this.words[row * ROW + 3]];
    return from + Math.round((to - from) * this.#part(row, time));
  }

  gliding(time: number): boolean {
    return time < this.#still;
  }

  /** The rows changed since it was asked last, null when none. */
  changed(): { from: number; to: number } | null {
    const change = this.#low <= this.#high ? { from: this.#low, to: this.#high + 1 } : null;
    [this.#low, this.#high] = [Infinity, -Infinity];
    return change;
  }

  #part(row: number, time: number): number {
    return Math.max(0, Math.min(1, (time - (this.words[row * ROW + 4] ?? 0)) / GLIDE_MS));
  }

  #touch(low: number, high: number): void {
    this.#low = Math.min(this.#low, low);
    this.#high = Math.max(this.#high, high);
  }
}
