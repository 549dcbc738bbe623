import { expect, test } from "vitest";
import { clearItems, loads, mergeItems, NO_ITEMS, replaceItems } from "./items";
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
  expect(clearItems(mergeItems(NO_ITEMS, [foh]), [{ project, source: "foh-07" }]).byCode.has("foh-07")).toBe(stays);
});

test("an item that moves here stays, whichever topic is heard first", () => {
  const free = { ...foh, project: null };
  const before = mergeItems(NO_ITEMS, [free]);
  const cleared = [{ project: "-", source: "foh-07" }];
  const clearedFirst = mergeItems(clearItems(before, cleared), [later]);
  const movedFirst = clearItems(mergeItems(before, [later]), cleared);
  expect(clearedFirst.byCode).toEqual(movedFirst.byCode);
  expect(clearedFirst.tags.get("foh-07")).toEqual(["E2801160A1"]);
});

test("the whole list drops what is gone, but not what was heard meanwhile", () => {
  const other = { ...foh, code: "mon-02" };
  const heard = { ...foh, code: "rf-11" };
  const items = replaceItems(mergeItems(NO_ITEMS, [foh, other, heard]), [foh], new Set(["rf-11"]));
  expect([...items.byCode.keys()]).toEqual(["foh-07", "rf-11"]);
});

test("what each vehicle carries is counted", () => {
  const items = mergeItems(NO_ITEMS, [foh, { ...foh, code: "b" }, { ...foh, code: "c", vehicle: null }]);
  expect(loads(items)).toEqual(new Map([["truck-04", 2]]));
});
