import { expect, test } from "vitest";
import { clearItem, countStatuses, findItems, loads, mergeItems, NO_ITEMS, replaceItems } from "./items";
import type { ItemRow, ItemStatus } from "../contract/types";

const foh: ItemRow = {
  code: "foh-07",
  name: "FOH rack",
  status: "in_use",
  at: "2026-08-23T23:00:00Z",
  project: "lowlands",
  vehicle: "truck-04",
  tags: ["E2801160A1"],
};
const { tags: _, ...unprinted } = foh;
const later: ItemStatus = { ...unprinted, status: "damaged", at: "2026-08-23T23:05:00Z" };

test.each([[[foh, later]], [[later, foh]], [[foh, later, foh]]])("the newest status wins (%#)", (statuses) => {
  const items = mergeItems(NO_ITEMS, statuses);
  expect(items.byCode.get("foh-07")?.status).toBe("damaged");
  expect(items.tags.get("foh-07")).toEqual(["E2801160A1"]);
});

test.each([
  ["its own project", "lowlands", false],
  ["another project", "pinkpop", true],
  ["no project", "-", true],
])("clearing an item under %s", (_, project, stays) => {
  expect(clearItem(mergeItems(NO_ITEMS, [foh]), project, "foh-07").byCode.has("foh-07")).toBe(stays);
});

test("an item that moves here stays, whichever topic is heard first", () => {
  const free = { ...foh, project: null };
  const before = mergeItems(NO_ITEMS, [free]);
  const clearedFirst = mergeItems(clearItem(before, "-", "foh-07"), [later]);
  const movedFirst = clearItem(mergeItems(before, [later]), "-", "foh-07");
  expect(clearedFirst.byCode).toEqual(movedFirst.byCode);
  expect(clearedFirst.tags.get("foh-07")).toEqual(["E2801160A1"]);
});

test("the whole list drops what is gone, but not what was heard meanwhile", () => {
  const other = { ...foh, code: "mon-02" };
  const heard = { ...foh, code: "rf-11" };
  const items = replaceItems(mergeItems(NO_ITEMS, [foh, other, heard]), [foh], new Set(["rf-11"]));
  expect([...items.byCode.keys()]).toEqual(["foh-07", "rf-11"]);
});

test.each([
  ["foh", 1],
  ["FOH-07", 1],
  ["e2801160", 1],
  ["rack 07", 1],
  ["", 2],
  ["nothing", 0],
])("searching %j finds %i", (search, count) => {
  const items = mergeItems(NO_ITEMS, [foh, { ...foh, code: "led-15", name: "LED wall", tags: [] }]);
  expect(findItems(items, search)).toHaveLength(count);
});

test("names are in a person's order", () => {
  const named = (name: string) => ({ ...foh, code: name.toLowerCase().replace(" ", "-"), name });
  const items = mergeItems(NO_ITEMS, [named("Case 10"), named("Case 9"), named("Amp 1")]);
  expect(findItems(items, "").map(({ name }) => name)).toEqual(["Amp 1", "Case 9", "Case 10"]);
});

test("statuses and loads are counted", () => {
  const items = mergeItems(NO_ITEMS, [
    foh,
    { ...foh, code: "b" },
    { ...foh, code: "c", status: "available", vehicle: null },
  ]);
  expect(countStatuses(items.byCode.values())).toEqual({ available: 1, in_use: 2, maintenance: 0, damaged: 0 });
  expect(loads(items)).toEqual(new Map([["truck-04", 2]]));
});
