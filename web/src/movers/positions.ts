/** Where everything is: the newest fix of each source, held outside React because ten frames a second arrive. */

import type { Position } from "../contract/types";
import { Trails } from "./trails";
import { instant } from "../design/times";

export interface Fix {
  at: number; // ms since 1970
  lat: number;
  lon: number;
  accuracy: number | null;
  speed: number | null;
  heading: number | null;
  altitude: number | null;
  battery: number | null;
}

/** The fix of a payload, or null when it holds no place and time. */
export function fixOf(position: Position): Fix | null {
  const at = instant(position.at);
  const { lat, lon, accuracy = null, speed = null, heading = null, altitude = null, battery = null } = position;
  if (!Number.isFinite(at) || !Number.isFinite(lat) || !Number.isFinite(lon)) return null;
  return { at, lat, lon, accuracy, speed, heading, altitude, battery };
}

/** The newest wins, never the last to arrive. */
export function newest(known: Fix | undefined, arrived: Fix): Fix {
  return known && known.at >= arrived.at ? known : arrived;
}

const LIST_MS = 1000; // a list redrawn more often can't be read

/** Fixes and trails of one project. `subscribe` tells at once who moved, `list` at most once a second that somebody did. */
export class Positions {
  readonly fixes = new Map<string, Fix>();
  readonly trails = new Trails();
  readonly #listeners = new Set<(source: string) => void>();
  readonly #listListeners = new Set<() => void>();
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = 0;

  /** Takes a fix, old or new: a late one still belongs to the trail. */
  add(source: string, position: Position): void {
    const fix = fixOf(position);
    if (!fix) return;
    this.fixes.set(source, newest(this.fixes.get(source), fix));
    this.trails.add(source, fix);
    this.#changed(source);
  }

  /** Its place is kept no longer. */
  remove(source: string): void {
    if (!this.fixes.delete(source)) return;
    this.trails.remove(source);
    this.#changed(source);
  }

  /** Whole stretches of the past, as fetched. */
  addTrail(source: string, positions: readonly Position[]): void {
    for (const position of positions) {
      const fix = fixOf(position);
      if (fix) this.trails.add(source, fix);
    }
    this.#changed(source);
  }

  newestAt(): number | null {
    let at: number | null = null;
    for (const fix of this.fixes.values()) if (at === null || fix.at > at) at = fix.at;
    return at;
  }

  subscribe = (listener: (source: string) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly list = {
    get: (): number => this.#version,
    subscribe: (listener: () => void): (() => void) => {
      this.#listListeners.add(listener);
      return () => void this.#listListeners.delete(listener);
    },
  };

  #changed(source: string): void {
    for (const listener of this.#listeners) listener(source);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#tellLists, Math.max(0, this.#told + LIST_MS - Date.now()));
  }

  readonly #tellLists = (): void => {
    this.#timer = undefined;
    this.#told = Date.now();
    this.#version++;
    for (const listener of [...this.#listListeners]) listener();
  };
}
