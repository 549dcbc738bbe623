import { expect, test } from "vitest";
import { attention, reasonOf } from "./attention";
import type { Group, Mover } from "./movers";
import type { Fix } from "./positions";
import type { Presences } from "./presence";

const NOW = new Date(2026, 7, 23, 23, 40).getTime();
const MINUTE = 60_000;

const mover = (slug: string, group: Group = "vehicle"): Mover => {
  return { slug, name: slug, group, kind: "truck", person: null };
};
const fix = (minutes: number, part: Partial<Fix> = {}): Fix => ({
  at: NOW - minutes * MINUTE,
  lat: 52,
  lon: 5,
  accuracy: null,
  speed: null,
  heading: null,
  altitude: null,
  battery: null,
  ...part,
});

test.each<[string, Group, Fix | undefined, boolean | undefined, string | null, boolean]>([
  ["nothing known", "vehicle", undefined, undefined, null, false],
  ["fresh", "vehicle", fix(0, { speed: 20, battery: 80 }), true, null, false],
  ["fresh, its connection gone", "vehicle", fix(0.5), false, null, false],
  ["parked and a little late", "vehicle", fix(2), true, null, false],
  ["silent", "vehicle", fix(28), undefined, "Silent since 23:12", false],
  ["silent, connected", "vehicle", fix(28), true, "Connected, no position since 23:12", false],
  ["a little late and gone", "vehicle", fix(2), false, "Offline since 23:38", false],
  ["lost while driving", "vehicle", fix(2, { speed: 17.2 }), true, "Lost at 23:38, doing 62 km/h", true],
  ["lost while driving, long ago", "vehicle", fix(28, { speed: 17.2 }), false, "Lost at 23:12, doing 62 km/h", true],
  ["silent since yesterday's yesterday", "vehicle", fix(49 * 60), false, null, false],
  ["a tracker silent", "device", fix(28), undefined, "Silent since 23:12", false],
  ["a scanner offline", "device", undefined, false, "Offline since 23:30", false],
  ["a scanner online", "device", undefined, true, null, false],
  ["crew silent", "crew", fix(28, { battery: 4 }), false, null, false],
  ["crew's battery", "crew", fix(0, { battery: 9.4 }), true, "Battery 9 %", false],
  ["crew's battery, enough", "crew", fix(0, { battery: 15 }), true, null, false],
  ["a battery nearly empty", "device", fix(0, { battery: 4 }), true, "Battery 4 %", true],
  ["two troubles at once", "device", fix(28, { battery: 9 }), undefined, "Silent since 23:12 · Battery 9 %", false],
])("%s", (_, group, known, online, reason, urgent) => {
  const presences: Presences = online === undefined ? {} : { it: { online, at: NOW - 10 * MINUTE } };
  const needs = attention([mover("it", group)], () => known, presences, NOW);
  expect(needs.map((need) => [reasonOf(need), need.urgent])).toEqual(reason === null ? [] : [[reason, urgent]]);
});

test("an offline device of which nobody said when", () => {
  const needs = attention([mover("it", "device")], () => undefined, { it: { online: false, at: null } }, NOW);
  expect(needs.map((need) => reasonOf(need))).toEqual(["Offline"]);
});

test("the worst first, of the same the longest", () => {
  const fixes: Record<string, Fix> = {
    weak: fix(0, { battery: 12 }),
    late: fix(10),
    later: fix(20),
    lost: fix(3, { speed: 20 }),
    fine: fix(0),
    empty: fix(0, { battery: 2 }),
  };
  const needs = attention(Object.keys(fixes).map((slug) => mover(slug)), (slug) => fixes[slug], {}, NOW);
  expect(needs.map(({ mover: { slug } }) => slug)).toEqual(["lost", "empty", "later", "late", "weak"]);
});
