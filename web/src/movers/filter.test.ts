import { expect, test } from "vitest";
import type { State } from "./activity";
import { filterOf, isFiltering, sift } from "./filter";
import type { Group, Mover } from "./movers";

const mover = (slug: string, group: Group, name: string): Mover => ({ slug, group, name, kind: "truck", person: null });

const MOVERS = [
  mover("truck-04", "vehicle", "Truck 4"),
  mover("truck-05", "vehicle", "Truck 5"),
  mover("anouk-phone", "crew", "Anouk Peeters"),
  mover("gate-1", "device", "Gate 1"),
];
const STATES: Record<string, State> = { "truck-04": "moving", "truck-05": "silent", "anouk-phone": "moving" };
const stateOf = ({ slug }: Mover): State => STATES[slug] ?? "unknown";

test.each<[string | null, string | null, string | null, string[]]>([
  [null, null, null, ["truck-04", "truck-05", "anouk-phone", "gate-1"]],
  ["  ", "", "", ["truck-04", "truck-05", "anouk-phone", "gate-1"]],
  ["TRUCK", null, null, ["truck-04", "truck-05"]],
  ["5 truck", null, null, ["truck-05"]],
  ["anouk-ph", null, null, ["anouk-phone"]],
  [null, "crew", null, ["anouk-phone"]],
  [null, "crew,device", null, ["anouk-phone", "gate-1"]],
  [null, "boats", null, ["truck-04", "truck-05", "anouk-phone", "gate-1"]],
  [null, null, "moving", ["truck-04", "anouk-phone"]],
  [null, null, "moving,silent", ["truck-04", "truck-05", "anouk-phone"]],
  ["truck", "vehicle", "silent", ["truck-05"]],
  ["nobody", null, null, []],
])("of q=%j kind=%j state=%j", (search, kinds, states, slugs) => {
  const { found } = sift(MOVERS, filterOf(search, kinds, states), stateOf);
  expect(found.map(({ slug }) => slug)).toEqual(slugs);
});

test.each([
  [null, null, null, { vehicle: 2, crew: 1, device: 1, moving: 2, silent: 1, stopped: 0, stale: 0 }],
  [null, "vehicle", null, { vehicle: 2, crew: 1, moving: 1, silent: 1 }],
  [null, null, "moving", { vehicle: 1, crew: 1, device: 0, moving: 2, silent: 1 }],
  ["truck", null, null, { vehicle: 2, crew: 0, moving: 1, silent: 1 }],
])("a chip counts what it would leave: q=%j kind=%j state=%j", (search, kinds, states, counts) => {
  expect(sift(MOVERS, filterOf(search, kinds, states), stateOf).counts).toMatchObject(counts);
});

test.each([
  [null, null, null, false],
  [" ", null, null, false],
  ["a", null, null, true],
  [null, "crew", null, true],
  [null, null, "silent", true],
])("whether q=%j kind=%j state=%j is a filter: %j", (search, kinds, states, filters) => {
  expect(isFiltering(filterOf(search, kinds, states))).toBe(filters);
});
