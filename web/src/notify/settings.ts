/** How this browser tells its people of notices. */

import { Shelf } from "../live/shelf";
import { Store } from "../live/store";

export interface Quiet {
  readonly on: boolean;
  readonly from: string; // "23:00", on the wall
  readonly to: string;
}

export interface RingSettings {
  readonly sound: boolean;
  readonly browser: boolean; // if the browser allows it
  readonly quiet: Quiet;
}

const USUAL: RingSettings = { sound: true, browser: true, quiet: { on: false, from: "23:00", to: "07:00" } };
const KEY = "notifications";
const shelf = new Shelf<RingSettings>("settings");

const settings = new Store(kept());

export const ringSettings = {
  get: settings.get,
  subscribe(listener: () => void): () => void {
    const stops = [settings.subscribe(listener), shelf.onOthers(() => settings.set(kept()))];
    return () => stops.forEach((stop) => stop());
  },
  change(parts: Partial<RingSettings>): void {
    settings.update((known) => ({ ...known, ...parts }));
    shelf.set(KEY, settings.get());
  },
};

function kept(): RingSettings {
  return { ...USUAL, ...shelf.get(KEY) };
}

/** Whether it is quiet now; hours may go over midnight, and the same hour twice is the whole day. */
export function isQuiet({ on, from, to }: Quiet, now: Date): boolean {
  if (!on) return false;
  const [first, end, minute] = [minutes(from), minutes(to), now.getHours() * 60 + now.getMinutes()];
  return first < end ? first <= minute && minute < end : minute >= first || minute < end;
}

function minutes(clock: string): number {
  const [hours = 0, minute = 0] = clock.split(":").map(Number);
  return hours * 60 + minute;
}
