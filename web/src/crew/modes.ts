/** What a scan is meant to do. */

import type { Action } from "../contract/types";

export type Mode = "look" | "out" | "in" | "load" | "unload";

interface ModeWords {
  readonly id: Mode;
  readonly word: string;
  readonly action: Action | null; // null: it was only seen
  readonly needsVehicle: boolean;
  readonly does: (project: string, vehicle: string) => string; // over the camera
  readonly done: (project: string, vehicle: string) => string; // of an item
}

export const MODES: readonly ModeWords[] = [
  {
    id: "look",
    word: "Look",
    action: null,
    needsVehicle: false,
    does: () => "Only look: nothing changes",
    done: () => "Seen",
  },
  {
    id: "out",
    word: "Out",
    action: "out",
    needsVehicle: false,
    does: (project) => `Out to ${project}`,
    done: (project) => `Out to ${project}`,
  },
  {
    id: "in",
    word: "In",
    action: "in",
    needsVehicle: false,
    does: () => "In: returned to the warehouse",
    done: () => "Returned",
  },
  {
    id: "load",
    word: "Load",
    action: "load",
    needsVehicle: true,
    does: (_, vehicle) => `Onto ${vehicle}`,
    done: (_, vehicle) => `Loaded on ${vehicle}`,
  },
  {
    id: "unload",
    word: "Unload",
    action: "unload",
    needsVehicle: true,
    does: (_, vehicle) => `Off ${vehicle}`,
    done: (_, vehicle) => `Unloaded from ${vehicle}`,
  },
];

export function wordsOf(mode: Mode): ModeWords {
  const words = MODES.find(({ id }) => id === mode);
  if (!words) throw new Error(`mode: ${mode} is none of ${MODES.map(({ id }) => id).join(", ")}`);
  return words;
}
