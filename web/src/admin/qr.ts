/** A QR code as one outline. */

import { encode } from "uqr";

const QUIET = 4; // modules of nothing around it, or a camera doesn't find it

export interface Qr {
  readonly size: number; // modules of a side, the quiet ones too
  readonly path: string;
}

/** The dark modules of `text`'s code, each run of a row one rectangle. Throws when it is too long for any code. */
export function qr(text: string): Qr {
  const { size, data } = encode(text, { ecc: "L", border: QUIET });
  return { size, path: data.map((row, y) => runs(row, y)).join("") };
}

function runs(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const begin = x;
    while (row[x + 1]) x++;
    path += `M${begin} ${y}h${x + 1 - begin}v1h${begin - x - 1}z`;
  }
  return path;
}
