/** The map's colours: the tokens of `design/tokens.css`, read for the canvas, which knows no CSS variables. */

const NAMES = [
  "sea",
  "land",
  "border",
  "grid",
  "vehicle",
  "crew",
  "device",
  "stale",
  "on-marker",
  "ring",
  "label",
  "label-text",
  "label-line",
  "accent",
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

export function palette(): Palette {
  const tokens = getComputedStyle(document.documentElement);
  const pairs = NAMES.map((name) => [name, tokens.getPropertyValue(`--map-${name}`).trim()]);
  return Object.fromEntries(pairs) as Palette;
}

export function isDark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
