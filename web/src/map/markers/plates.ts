/** Names on their plates, each drawn once into a strip of a sheet. */

import type { Palette } from "../palette";
import { Sheet } from "./sheet";

export const PLATE = 20; // px high
const SIZE = 1000; // px of the sheet
const FONT = "12px system-ui, sans-serif";
const INSIDE = 6; // px between the plate's edge and the name
const WIDEST = 240;

/** Where a name lies on the sheet, and how wide it is, in px. */
export interface Plate {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export class Plates {
  readonly sheet: Sheet;
  readonly #plates = new Map<string, Plate>();
  readonly #widths = new Map<string, number>();
  readonly #ruler: CanvasRenderingContext2D | null = document.createElement("canvas").getContext("2d");
  #x = 0;
  #y = 0;

  constructor(
    gl: WebGL2RenderingContext,
    ratio: number,
    readonly colours: Palette,
  ) {
    this.sheet = new Sheet(gl, SIZE, ratio);
    if (this.#ruler) this.#ruler.font = FONT;
  }

  widthOf(text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      if (this.#widths.size > 5000) this.#widths.clear();
      width = Math.min(WIDEST, Math.ceil(this.#ruler?.measureText(text).width ?? 0) + 2 * INSIDE);
      this.#widths.set(text, width);
    }
    return width;
  }

  /** The plate of a name, drawn now if it hasn't been; null when the sheet is full. */
  plate(text: string): Plate | null {
    const known = this.#plates.get(text);
    if (known) return known;
    const width = this.widthOf(text);
    if (this.#x + width > SIZE) [this.#x, this.#y] = [0, this.#y + PLATE];
    if (this.#y + PLATE > SIZE) return null;
    const plate = { x: this.#x, y: this.#y, width };
    this.#x += width;
    this.#plates.set(text, plate);
    this.sheet.paint(plate.x, plate.y, width, PLATE, (pen) => this.#draw(pen, text, width));
    return plate;
  }

  /** Begins an empty sheet. */
  clear(): void {
    this.#plates.clear();
    [this.#x, this.#y] = [0, 0];
  }

  #draw(pen: CanvasRenderingContext2D, text: string, width: number): void {
    pen.beginPath();
    pen.roundRect(0.5, 0.5, width - 1, PLATE - 1, 5);
    pen.fillStyle = this.colours.label;
    pen.fill();
    pen.strokeStyle = this.colours["label-line"];
    pen.stroke();
    pen.clip();
    pen.font = FONT;
    pen.textBaseline = "middle";
    pen.fillStyle = this.colours["label-text"];
    pen.fillText(text, INSIDE, PLATE / 2 + 0.5);
  }
}
