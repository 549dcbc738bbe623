import type { Spot } from "./liveMap";

const GAP = 26; // px between a marker and what is said of it
const EDGE = 12;

/** Moves a box beside a marker, on the side where there is room; hides it while the marker isn't in the map. */
export function beside(element: HTMLElement | null, place: Spot | null): void {
  const map = element?.parentElement;
  if (!element || !map) return;
  element.style.visibility = place ? "visible" : "hidden";
  if (!place) return;
  const right = place.x + GAP + element.offsetWidth + EDGE < map.clientWidth;
  const x = right ? place.x + GAP : place.x - GAP - element.offsetWidth;
  const y = place.y - element.offsetHeight / 2;
  const within = (value: number, most: number) => `${Math.round(Math.max(EDGE, Math.min(value, most - EDGE)))}px`;
  element.style.setProperty("--x", within(x, map.clientWidth - element.offsetWidth));
  element.style.setProperty("--y", within(y, map.clientHeight - element.offsetHeight));
}
