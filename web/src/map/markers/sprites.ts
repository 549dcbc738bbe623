/** The markers' pictures, each drawn once into a slot of a sheet when it is first needed. */

import { ICONS, type IconName } from "../../design/icons";
import { isGone, type State } from "../../movers/activity";
import type { Group } from "../../movers/movers";
import type { Palette } from "../palette";
import { Sheet } from "./sheet";

export const SLOT = 40; // px
export const COLUMNS = 25; // as many lines of them
const SLOTS = COLUMNS * COLUMNS;
const MARKS = 256; // the first slots are for pictures that all markers share

const HEADINGS = 32; // as many directions are told apart
const MARK = 14; // px, as large as a mark is in a crowd that isn't dense

type Pen = CanvasRenderingContext2D;

export class Sprites {
  readonly sheet: Sheet;
  readonly #discs = new Map<string, number>();
  readonly #shared = new Map<string, number>();
  #mark = MARK; // px

  constructor(
    gl: WebGL2RenderingContext,
    ratio: number,
    readonly colours: Palette,
  ) {
    this.sheet = new Sheet(gl, COLUMNS * SLOT, ratio);
  }

  /** What a marker looks like among few; `sign` is an icon's name or up to two letters. 0 when no slot is left. */
  disc(group: Group, sign: string, state: State): number {
    const first = MARKS;
    return this.#slot(this.#discs, first, SLOTS, `${group}|${sign}|${state}`, (pen) =>
      disc(pen, group, sign, state, this.colours),
    );
  }

  /** And in a crowd; `heading` in degrees when it shows one. */
  mark(group: Group, state: State, heading: number | null): number {
    const turn = heading === null ? null : turnOf(heading);
    return this.#slot(this.#shared, 1, MARKS, `${group}|${state}|${turn}`, (pen) => {
      pen.scale(this.#mark / MARK, this.#mark / MARK);
      pen.rotate(radians(turn ?? 0));
      mark(pen, group, state, turn !== null, this.colours);
    });
  }

  /** Points to the heading. */
  arrow(group: Group, heading: number): number {
    const turn = turnOf(heading);
    return this.#slot(this.#shared, 1, MARKS, `arrow|${group}|${turn}`, (pen) => {
      pen.rotate(radians(turn));
      arrow(pen, this.colours[group], this.colours.ring);
    });
  }

  halo(): number {
    return this.#slot(this.#shared, 1, MARKS, "halo", (pen) => halo(pen, this.colours.accent));
  }

  /** How large marks are from now on, in px; whether all have to be asked for anew. */
  size(mark: number): boolean {
    if (mark === this.#mark) return false;
    this.#mark = mark;
    this.#shared.clear();
    return true;
  }

  /** Forgets who looks how, when there have been too many. */
  clear(): void {
    this.#discs.clear();
  }

  #slot(known: Map<string, number>, first: number, end: number, name: string, draw: (pen: Pen) => void): number {
    const slot = known.get(name);
    if (slot !== undefined) return slot;
    const next = first + known.size;
    if (next >= end) return 0;
    known.set(name, next);
    this.sheet.paint((next % COLUMNS) * SLOT, Math.floor(next / COLUMNS) * SLOT, SLOT, SLOT, (pen) => {
      pen.translate(SLOT / 2, SLOT / 2);
      draw(pen);
    });
    return next;
  }
}

function turnOf(heading: number): number {
  return ((Math.round((heading * HEADINGS) / 360) % HEADINGS) + HEADINGS) % HEADINGS;
}

function radians(turn: number): number {
  return (turn / HEADINGS) * 2 * Math.PI;
}

/** Filled while it is heard, with a square at its foot when it stands; a ring when it is out of touch, a broken one when silent, a cross at its foot when offline. */
function disc(pen: Pen, group: Group, sign: string, state: State, colours: Palette): void {
  const hollow = state === "stale" || isGone(state);
  pen.beginPath();
  if (group === "device") pen.roundRect(-11, -11, 22, 22, 6);
  else pen.arc(0, 0, 11.5, 0, 2 * Math.PI);
  pen.fillStyle = hollow ? colours.land : colours[group];
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = hollow ? colours.stale : colours.ring;
  if (state === "silent") pen.setLineDash([3.4, 2.6]);
  pen.stroke();
  pen.setLineDash([]);
  write(pen, sign, hollow ? colours.stale : colours["on-marker"]);
  if (state === "stopped") square(pen, 9, 9, 4, colours);
  if (state === "offline") cross(pen, 9, 9, 3.5, colours);
}

function square(pen: Pen, x: number, y: number, half: number, colours: Palette): void {
  pen.fillStyle = colours["label-text"];
  pen.strokeStyle = colours.land;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.rect(x - half, y - half, 2 * half, 2 * half);
  pen.fill();
  pen.stroke();
}

function cross(pen: Pen, x: number, y: number, half: number, colours: Palette): void {
  pen.beginPath();
  pen.moveTo(x - half, y - half);
  pen.lineTo(x + half, y + half);
  pen.moveTo(x + half, y - half);
  pen.lineTo(x - half, y + half);
  pen.lineCap = "round";
  for (const [width, colour] of [[6, colours.land], [2.5, colours.stale]] as const) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}

function write(pen: Pen, sign: string, colour: string): void {
  pen.fillStyle = pen.strokeStyle = colour;
  if (!(sign in ICONS)) {
    pen.font = `700 ${sign.length > 1 ? 10 : 12}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    return pen.fillText(sign, 0, 0.5);
  }
  const size = 14;
  pen.save();
  pen.translate(-size / 2, -size / 2);
  pen.scale(size / 24, size / 24);
  pen.lineWidth = 2.4;
  pen.lineJoin = pen.lineCap = "round";
  pen.stroke(new Path2D(ICONS[sign as IconName]));
  pen.restore();
}

/** The list's signs, in 14 px: an arrow or a dot that moves, a square that stands, rings, a cross. */
function mark(pen: Pen, group: Group, state: State, turned: boolean, colours: Palette): void {
  if (state === "offline") return cross(pen, 0, 0, 4, colours);
  const hollow = state === "stale" || state === "silent";
  pen.beginPath();
  if (hollow) pen.arc(0, 0, 4.5, 0, 2 * Math.PI);
  else if (state === "stopped") pen.rect(-4.5, -4.5, 9, 9);
  else if (turned) dart(pen);
  else pen.arc(0, 0, 5.5, 0, 2 * Math.PI);
  pen.lineJoin = "round";
  pen.fillStyle = hollow ? colours.land : colours[group];
  if (hollow) pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = hollow ? colours.stale : colours["on-marker"];
  if (state === "silent") pen.setLineDash([3, 2]);
  pen.stroke();
  if (!hollow) pen.fill(); // over its edge, so that it stays as large as it is
}

function dart(pen: Pen): void {
  pen.moveTo(0, -6.5);
  pen.lineTo(5, 5);
  pen.lineTo(0, 3);
  pen.lineTo(-5, 5);
  pen.closePath();
}

function arrow(pen: Pen, fill: string, edge: string): void {
  pen.beginPath();
  pen.moveTo(0, -8);
  pen.lineTo(5.5, 4);
  pen.lineTo(0, 2);
  pen.lineTo(-5.5, 4);
  pen.closePath();
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.lineJoin = "round";
  pen.strokeStyle = edge;
  pen.stroke();
}

function halo(pen: Pen, colour: string): void {
  pen.beginPath();
  pen.arc(0, 0, 17.5, 0, 2 * Math.PI);
  pen.lineWidth = 3;
  pen.strokeStyle = colour;
  pen.stroke();
}
