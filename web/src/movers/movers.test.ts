import { expect, test } from "vitest";
import { initials } from "../design/initials";
import { moverOf, moversOf, rosterOf } from "./movers";
import type { Presence, Source } from "../contract/types";
import { mergePresences } from "./presence";

const people: Source[] = [
  { slug: "anouk", kind: "person", name: "Anouk de Vries", owner: null },
  { slug: "phone-1", kind: "phone", name: "Phone 1", owner: "anouk" },
  { slug: "truck-10", kind: "truck", name: "Truck 10", owner: null },
  { slug: "truck-9", kind: "truck", name: "Truck 9", owner: null },
  { slug: "wms", kind: "integration", name: "WMS", owner: null },
];

test.each<[string, Record<string, number>, string]>([
  ["a phone stands for its owner", { "phone-1": 5 }, "phone-1"],
  ["also before its first fix", {}, "phone-1"],
  ["unless the person was seen later", { "phone-1": 5, anouk: 6 }, "anouk"],
])("%s", (_, fixes, slug) => {
  const movers = moversOf(rosterOf(people), (source) => fixes[source]);
  expect(movers.map(({ name }) => name)).toEqual(["Anouk de Vries", "Truck 9", "Truck 10"]);
  expect(movers[0]).toMatchObject({ slug, group: "crew", person: "anouk" });
});

test.each([
  ["anouk", "phone-1"],
  ["phone-1", "phone-1"],
  ["truck-9", "truck-9"],
  ["truck-11", undefined],
  [null, undefined],
])("the mover of %j is %j", (slug, found) => {
  expect(moverOf(moversOf(rosterOf(people), () => undefined), slug)?.slug).toBe(found);
});

test.each([
  ["Anouk de Vries", "AV"],
  ["joris", "JO"],
  ["Ö", "Ö"],
  ["", "?"],
])("initials of %j: %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test.each<[string, (readonly [string, Presence | null])[], boolean | undefined]>([
  ["later", [["a", { online: true, at: 11 }]], true],
  ["earlier", [["a", { online: true, at: 9 }]], false],
  ["without a time", [["a", { online: true, at: null }]], true],
  ["of another", [["b", { online: true, at: 11 }]], false],
  ["that it is cleared", [["a", null]], undefined],
  ["cleared, then earlier", [["a", null], ["a", { online: true, at: 9 }]], true],
])("the newest word about a presence wins: one %s", (_, said, online) => {
  const known = mergePresences({}, [["a", { online: false, at: 10 }]]);
  expect(mergePresences(known, said).a?.online).toBe(online);
  expect(known.a?.online).toBe(false);
});
