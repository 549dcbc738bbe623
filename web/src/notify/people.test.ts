import { expect, test } from "vitest";
import type { Source } from "../contract/types";
import { fixOf, type Fix } from "../movers/positions";
import { peopleOf } from "./people";

const NOW = 10 * 3_600_000;
const ago = (seconds: number) => NOW - seconds * 1000;
const fix = (seconds: number, battery?: number) => fixOf({ at: ago(seconds) / 1000, lat: 52, lon: 5, battery }) as Fix;
const person = (slug: string): Source => ({ slug, kind: "person", name: slug, owner: null, role: "crew" });
const sources: Source[] = [
  person("anouk"),
  { slug: "phone-1", kind: "phone", name: "Phone 1", owner: "anouk" },
  { slug: "truck-04", kind: "truck", name: "Truck 4", owner: null },
  person("bo"),
  person("cas"),
  person("dana"),
];

test("those online come first, then who was seen last", () => {
  const presences = {
    bo: { online: false, at: ago(600) },
    cas: { online: true, at: ago(20) },
    dana: { online: true, at: ago(200) }, // said too long ago
  };
  const people = peopleOf(sources, presences, new Map([["phone-1", fix(300, 71)]]), NOW);
  expect(people.map(({ slug, online, seenAt }) => [slug, online, seenAt && (NOW - seenAt) / 1000])).toEqual([
    ["cas", true, 20],
    ["dana", false, 200],
    ["anouk", false, 300],
    ["bo", false, 600],
  ]);
  expect(people.find(({ slug }) => slug === "anouk")).toMatchObject({ source: "phone-1", battery: 71, role: "crew" });
});

test("a person is where they or their phone was last", () => {
  const [anouk] = peopleOf(sources, {}, new Map([["phone-1", fix(30, 71)], ["anouk", fix(3)]]), NOW);
  expect(anouk).toMatchObject({ slug: "anouk", source: "anouk", battery: null });
});
