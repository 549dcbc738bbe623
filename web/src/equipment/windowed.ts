/** Which rows of a long list are drawn: those in view and some around them. */

const AROUND = 6; // rows, so that scrolling meets something there

export interface Stretch {
  readonly first: number;
  readonly end: number; // the first that isn't drawn
}

export function stretchOf(top: number, height: number, pitch: number, rows: number): Stretch {
  const first = Math.max(0, Math.min(Math.floor(top / pitch), rows - 1) - AROUND);
  return { first, end: Math.min(rows, Math.ceil((top + height) / pitch) + AROUND) };
}

/** How many cards of at least `narrowest` fit side by side. */
export function columnsOf(width: number, narrowest: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (narrowest + gap)));
}

/** Where to scroll to so that a row is in view: no further than needed. */
export function scrolledTo(row: number, top: number, height: number, pitch: number): number {
  return Math.max(Math.min(top, row * pitch), (row + 1) * pitch - height);
}
