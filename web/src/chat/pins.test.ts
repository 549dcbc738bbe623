import { expect, test } from "vitest";
import { pinsOffered, pinWords } from "./pins";
import type { Pin } from "../contract/types";

test.each<[string, Pin[]]>([
  ["", []],
  ["source=truck-04", [{ source: "truck-04" }]],
  ["follow=truck-04&item=foh-07", [{ source: "truck-04" }, { item: "foh-07" }]],
  ["at=48.17,11.55", [{ lat: 48.17, lon: 11.55 }]],
  ["at=48.17", []],
  ["at=,", []],
  ["at=91,0", []],
  ["at=1,2,3", []],
])("at ?%s one can pin %j", (query, pins) => {
  expect(pinsOffered(new URLSearchParams(query))).toEqual(pins);
});

test.each<[Pin, string]>([
  [{ source: "truck-04" }, "source truck-04"],
  [{ item: "foh-07" }, "item foh-07"],
  [{ lat: 48.1712345, lon: 11.5 }, "Place 48.1712, 11.5000"],
  [{}, ""],
])("%j is called %s", (pin, words) => {
  expect(pinWords(pin, { source: (slug) => `source ${slug}`, item: (code) => `item ${code}` })).toBe(words);
});
