/** Lines, circles and pictures in px, as triangles for the graphics card; made anew for each frame, so for few things. */

export const VERTEX = 5; // words of 4 bytes: x, y; on the sheet x, y; colour
const SPARE = 600; // vertices
const STEPS = 64; // of a circle
const INNER = -1e4; // of a surface, which has no edge

export class FlatShapes {
  count = 0; // vertices
  floats = new Float32Array(SPARE * VERTEX);
  #words = new Uint32Array(this.floats.buffer);

  clear(): void {
    this.count = 0;
  }

  line(x1: number, y1: number, x2: number, y2: number, width: number, colour: number): void {
    const long = Math.hypot(x2 - x1, y2 - y1);
    if (long === 0) return;
    const half = width / 2 + 0.5; // the edge fades within a pixel
    const [dx, dy] = [((y1 - y2) / long) * half, ((x2 - x1) / long) * half];
    const side = (x: number, y: number, across: number) =>
      this.#vertex(x + Math.sign(across) * dx, y + Math.sign(across) * dy, -width / 2, across, colour);
    for (const [x, y, across] of [
      [x1, y1, -half],
      [x1, y1, half],
      [x2, y2, -half],
      [x2, y2, -half],
      [x1, y1, half],
      [x2, y2, half],
    ] as const)
      side(x, y, across);
  }

  circle(x: number, y: number, radius: number, fill: number, edge: number): void {
    const at = (step: number) => {
      const angle = (step / STEPS) * 2 * Math.PI;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
    };
    for (let step = 0; step < STEPS; step++) {
      const [[x1, y1], [x2, y2]] = [at(step), at(step + 1)];
      this.#vertex(x, y, INNER, 0, fill);
      this.#vertex(x1, y1, INNER, 0, fill);
      this.#vertex(x2, y2, INNER, 0, fill);
      this.line(x1, y1, x2, y2, 1.5, edge);
    }
  }

  /** A part of the sheet, as large as it is there. */
  picture(x: number, y: number, width: number, height: number, sheetX: number, sheetY: number): void {
    for (const [right, down] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const)
      this.#vertex(x + right * width, y + down * height, sheetX + right * width, sheetY + down * height, 0);
  }

  #vertex(x: number, y: number, sheetX: number, sheetY: number, colour: number): void {
    const place = this.count++ * VERTEX;
    if (place + VERTEX > this.floats.length) this.#grow();
    this.floats[place] = x;
    this.floats[place + 1] = y;
    this.floats[place + 2] = sheetX;
    this.floats[place + 3] = sheetY;
    this.#words[place + 4] = colour;
  }

  #grow(): void {
    const larger = new Float32Array(2 * this.floats.length);
    larger.set(this.floats);
    this.floats = larger;
    this.#words = new Uint32Array(larger.buffer);
  }
}

/** A colour such as `#4da3ff` with an opacity, as the graphics card reads it from memory. */
export function colour(hex: string, opacity = 1): number {
  const [red = 0, green = 0, blue = 0] = (hex.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => parseInt(pair, 16));
  return (red | (green << 8) | (blue << 16) | (Math.round(opacity * 255) << 24)) >>> 0;
}
