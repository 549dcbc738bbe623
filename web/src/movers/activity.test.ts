import { expect, test } from "vitest";
import { activity, SILENT_MS, STALE_MS, stateOf, type State } from "./activity";
import type { Fix } from "./positions";
import { age, ago, clock } from "../design/times";
import { compass, kmh, metres } from "../design/units";

const NOW = new Date(2026, 7, 23, 23, 40).getTime();
const fix = (old: number, speed: number | null = null): Fix => ({
  at: NOW - old,
  lat: 52,
  lon: 5,
  accuracy: null,
  speed,
  heading: 45,
  altitude: null,
  battery: null,
});

test.each([
  [0, "now"],
  [4_900, "4 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [7_200_000, "2 h"],
  [200_000_000, "2 d"],
  [-5000, "now"],
])("an age of %i ms is %s", (ms, words) => expect(age(ms)).toBe(words));

test("ages and clocks", () => {
  expect(ago(12_000)).toBe("12 s ago");
  expect(clock(NOW - 28 * 60_000, NOW)).toBe("23:12");
  expect(clock(NOW - 24 * 3_600_000, NOW)).toBe("Sat 23:40");
});

test.each([
  [0, "N"],
  [44, "NE"],
  [359, "N"],
  [200, "S"],
  [270, "W"],
])("heading %i is %s", (heading, word) => {
  expect(compass(heading)).toBe(word);
});

test("measures", () => {
  expect([kmh(17.2), metres(999), metres(1500)]).toEqual(["62 km/h", "999 m", "1.5 km"]);
});

test.each<[string, Fix | undefined, boolean | undefined, State]>([
  ["nothing", undefined, undefined, "unknown"],
  ["fast and fresh", fix(1000, 9), true, "moving"],
  ["slow and fresh", fix(1000, 0.2), true, "stopped"],
  ["a little old", fix(STALE_MS + 1, 9), true, "stale"],
  ["a little old and gone", fix(STALE_MS + 1, 9), false, "offline"],
  ["old and gone", fix(SILENT_MS + 1, 9), false, "offline"],
  ["old", fix(SILENT_MS + 1, 9), true, "silent"],
  ["fresh though its connection went", fix(1000, 9), false, "moving"],
])("state: %s", (_, known, online, state) => {
  expect(stateOf(known, online, NOW)).toBe(state);
});

test("a dispatcher's words", () => {
  expect(activity("moving", fix(0, 17.2), [], NOW)).toBe("62 km/h NE");
  expect(activity("silent", fix(28 * 60_000), [], NOW)).toBe("Silent since 23:12");
  expect(activity("offline", fix(28 * 60_000), [], NOW)).toBe("Offline since 23:12");
  const trail = [
    { at: NOW - 360_000, lat: 52, lon: 5 },
    { at: NOW, lat: 52, lon: 5 },
  ];
  expect(activity("stopped", fix(0, 0), trail, NOW)).toBe("Stopped 6 min+");
});
