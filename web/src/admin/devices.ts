/** Which devices are looked at, and what of them is worth a look. */

import type { Device } from "../contract/types";

const CLOCK_S = 5; // a clock this far off is worth saying
const LOW = 15; // % of a battery

export const STATES = ["online", "offline", "trouble", "disabled"] as const;
export type DeviceState = (typeof STATES)[number];

export const STATE_CHIPS: readonly { id: DeviceState; word: string }[] = [
  { id: "online", word: "Online" },
  { id: "offline", word: "Offline" },
  { id: "trouble", word: "In trouble" },
  { id: "disabled", word: "Disabled" },
];

export const SPARE = "-"; // works for none

export interface DeviceFilter {
  readonly search: string;
  readonly project: string; // SPARE, or none: all
  readonly states: ReadonlySet<DeviceState>; // none of them: all
}

/** Each word of the search in a device's name, slug, kind, project or owner. */
export function siftDevices(devices: readonly Device[], { search, project, states }: DeviceFilter): Device[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return devices.filter((device) => {
    const text = `${device.name}\n${device.slug}\n${device.kind}\n${device.project ?? ""}\n${device.owner ?? ""}`.toLowerCase();
    const placed = project === "" || (device.project ?? SPARE) === project;
    return placed && words.every((word) => text.includes(word)) && (states.size === 0 || is(device, states));
  });
}

function is(device: Device, states: ReadonlySet<DeviceState>): boolean {
  const state = device.enabled ? (device.online ? "online" : "offline") : "disabled";
  return states.has(state) || (states.has("trouble") && troubles(device).length > 0);
}

/** "clock 12 s ahead", "battery 9 %", "31 rejects": what somebody should look at. */
export function troubles({ clock_s, battery, rejects }: Device): string[] {
  return [
    offClock(clock_s),
    battery !== null && battery <= LOW && `battery ${Math.round(battery)} %`,
    rejects > 0 && `${rejects.toLocaleString("en")} ${rejects === 1 ? "reject" : "rejects"}`,
  ].filter((words) => words !== false);
}

/** How far a clock is off, when it is far enough to say; `seconds` ahead of ours. */
export function offClock(seconds: number | null): string | false {
  if (seconds === null || Math.abs(seconds) <= CLOCK_S) return false;
  return `clock ${span(Math.abs(seconds))} ${seconds > 0 ? "ahead" : "behind"}`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** "3.2 a minute". */
export function rateWords(rate: number): string {
  if (rate === 0) return "nothing";
  return `${rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)} a minute`;
}
