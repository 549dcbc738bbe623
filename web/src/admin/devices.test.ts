import { expect, test } from "vitest";
import type { Device } from "../contract/types";
import { offClock, rateWords, siftDevices, troubles, type DeviceFilter } from "./devices";

const device = (slug: string, more: Partial<Device> = {}): Device => ({
  slug,
  kind: "truck",
  name: slug,
  owner: null,
  enabled: true,
  project: "lowlands",
  online: false,
  seen_at: null,
  battery: null,
  clock_s: null,
  rejects: 0,
  rate: 0,
  ...more,
});

const DEVICES = [
  device("truck-04", { name: "Truck 4", online: true }),
  device("truck-05", { name: "Truck 5", online: true, clock_s: -40 }),
  device("gate-1", { kind: "scanner", project: null }),
  device("old", { enabled: false, online: true }),
];

test.each<[string, Partial<DeviceFilter>, string[]]>([
  ["nothing asked", {}, ["truck-04", "truck-05", "gate-1", "old"]],
  ["words", { search: " truck 5" }, ["truck-05"]],
  ["a kind", { search: "SCANNER" }, ["gate-1"]],
  ["a project", { project: "lowlands" }, ["truck-04", "truck-05", "old"]],
  ["none", { project: "-" }, ["gate-1"]],
  ["online", { states: new Set(["online"]) }, ["truck-04", "truck-05"]],
  ["offline or disabled", { states: new Set(["offline", "disabled"]) }, ["gate-1", "old"]],
  ["in trouble", { states: new Set(["trouble"]) }, ["truck-05"]],
])("%s", (_, filter, found) => {
  const all = { search: "", project: "", states: new Set<never>(), ...filter };
  expect(siftDevices(DEVICES, all).map(({ slug }) => slug)).toEqual(found);
});

test.each<[Partial<Device>, string[]]>([
  [{ battery: 15, clock_s: 5, rejects: 0 }, ["battery 15 %"]],
  [{ battery: 80, clock_s: 6.2, rejects: 1 }, ["clock 6 s ahead", "1 reject"]],
  [{ rejects: 1200 }, ["1,200 rejects"]],
])("of %j to be looked at: %j", (more, said) => expect(troubles(device("one", more))).toEqual(said));

test.each([
  [null, false],
  [-5, false],
  [-119, "clock 119 s behind"],
  [7199, "clock 120 min ahead"],
  [90_000, "clock 25 h ahead"],
  [400_000, "clock 5 d ahead"],
])("a clock %j s ahead: %j", (seconds, said) => expect(offClock(seconds)).toBe(said));

test.each([
  [0, "nothing"],
  [0.25, "0.3 a minute"],
  [59.6, "60 a minute"],
])("a rate of %j: %s", (rate, said) => expect(rateWords(rate)).toBe(said));
