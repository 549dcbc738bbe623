import { expect, test } from "vitest";
import type { ItemRow, Status } from "../contract/types";
import { LOADED, LOOSE, NO_FILTERS, NOWHERE, filtersOf } from "./filters";
import { mergeItems, NO_ITEMS } from "./items";
import { codeOf, find, NO_INDEX, reindex } from "./search";

const item = (name: string, rest: Partial<ItemRow> = {}): ItemRow => ({
  code: name.toLowerCase().replaceAll(" ", "-"),
  name,
  status: "available",
  at: "2026-08-23T23:00:00Z",
  project: "lowlands",
  vehicle: null,
  tags: [],
  ...rest,
});

const STOCK = [
  item("Case 10"),
  item("Case 9", { status: "damaged", project: null }),
  item("FOH rack", { code: "foh-07", vehicle: "truck-04", tags: ["E2801160A1"], status: "in_use" }),
  item("Amp 1", { at: "2026-08-23T23:30:00Z", vehicle: "truck-05" }),
];
const items = mergeItems(NO_ITEMS, STOCK);
const index = reindex(NO_INDEX, items);
const names = (search: string, filters = NO_FILTERS, asked: [string, Status][] = []) =>
  find(index, search, filters, new Map(asked.map(([code, status]) => [code, { status, at: Date.now() }]))).items.map(
    ({ name }) => name,
  );

test.each<[string, string[]]>([
  ["", ["Amp 1", "Case 9", "Case 10", "FOH rack"]], // in a person's order
  ["foh", ["FOH rack"]],
  ["FOH-07", ["FOH rack"]],
  ["e2801160", ["FOH rack"]],
  ["rack  07", ["FOH rack"]],
  ["case", ["Case 9", "Case 10"]],
  ["nothing", []],
])("searching %j finds %j", (search, found) => {
  expect(names(search)).toEqual(found);
});

test.each<[string, string | null, string | null, string | null, string[]]>([
  ["a status", "damaged", null, null, ["Case 9"]],
  ["two statuses", "in_use,damaged", null, null, ["Case 9", "FOH rack"]],
  ["a status that is none", "lost", null, null, ["Amp 1", "Case 9", "Case 10", "FOH rack"]],
  ["not loaded", null, LOOSE, null, ["Case 10"]],
  ["on a vehicle", null, LOADED, null, ["Amp 1", "FOH rack"]],
  ["on this one", null, "truck-04", null, ["FOH rack"]],
  ["on no project", null, NOWHERE, null, ["Case 9"]],
  ["both", "available", LOADED, null, ["Amp 1"]],
  ["the latest first", "available", null, "recent", ["Amp 1", "Case 10"]],
])("filtering by %s", (_, status, where, sort, found) => {
  expect(names("", filtersOf(status, where, sort))).toEqual(found);
});

test("what was asked counts, in filters and in the counts, which don't go by the status", () => {
  const asked = new Map([["case-10", { status: "damaged" as const, at: Date.parse("2026-08-23T23:01:00Z") }]]);
  const found = find(index, "case", filtersOf("damaged", null, null), asked);
  expect(found.items.map(({ name }) => name)).toEqual(["Case 9", "Case 10"]);
  expect(found.counts).toEqual({ available: 0, in_use: 0, maintenance: 0, damaged: 2 });
});

test.each([
  ["E2801160A1", "foh-07"],
  ["e2801160a1", null], // a tag is what is printed
  ["FOH-07", "foh-07"],
  ["foh-08", null],
])("scanning %j opens %j", (typed, code) => {
  expect(codeOf(index, typed)).toBe(code);
});

test("an index is made anew only for another name, tag or number of items", () => {
  const changed = mergeItems(items, [{ ...STOCK[0]!, status: "damaged", at: "2026-08-24T00:00:00Z", tags: undefined }]);
  const again = reindex(index, changed);
  expect(again.byTag).toBe(index.byTag);
  expect(again.entries.find(({ item: { code } }) => code === "case-10")?.item.status).toBe("damaged");
  const renamed = reindex(again, mergeItems(changed, [item("Zoom", { code: "amp-1", at: "2026-08-24T00:00:00Z" })]));
  expect(renamed.entries.map(({ item: { name } }) => name)).toEqual(["Case 9", "Case 10", "FOH rack", "Zoom"]);
  expect(reindex(renamed, mergeItems(NO_ITEMS, [STOCK[0]!])).entries).toHaveLength(1);
});
