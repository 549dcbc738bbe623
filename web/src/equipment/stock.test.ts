import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ItemStatus } from "../contract/types";
import type { Heard } from "../live/feed";
import type { Outbox } from "../live/outbox";
import { Stock } from "./stock";

const at = (second: number) => `2026-08-23T23:00:0${second}Z`;
const said = (code: string, second = 0): Heard => ({
  project: "lowlands",
  kind: "equipment",
  source: code,
  payload: { code, name: code, status: "damaged", at: at(second), project: "lowlands" } satisfies ItemStatus,
});

let rows: unknown[];
let stock: Stock;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(100_000);
  rows = [];
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(rows))));
  stock = new Stock("lowlands", { onSettled: () => () => {} } as unknown as Outbox);
  stock.open();
});

afterEach(() => {
  stock.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the first that is heard is there at once, and many one after the other are few changes", async () => {
  const told = vi.fn();
  await vi.advanceTimersByTimeAsync(0);
  stock.items.subscribe(told);
  stock.hears.equipment([said("first")]);
  vi.advanceTimersByTime(0);
  expect(stock.items.get().byCode.has("first")).toBe(true);
  for (let n = 0; n < 1000; n++) stock.hears.equipment([said(`case-${n}`)]);
  vi.advanceTimersByTime(60);
  expect(stock.items.get().byCode.size).toBe(1001);
  expect(told).toHaveBeenCalledTimes(2);
});

const cleared = (code: string): Heard => ({ ...said(code), payload: null });
const freed = (code: string): Heard => {
  const { payload, ...topic } = said(code, 2);
  return { ...topic, project: "-", payload: { ...(payload as ItemStatus), project: null } };
};

test.each<[string, Heard[], boolean]>([
  ["goes and comes back", [cleared("foh-07"), said("foh-07", 2)], true],
  ["changes and goes", [said("foh-07", 2), cleared("foh-07")], false],
  ["becomes free, said first", [freed("foh-07"), cleared("foh-07")], true],
  ["becomes free, cleared first", [cleared("foh-07"), freed("foh-07")], true],
])("an item that %s within one go", async (_, heard, stays) => {
  await vi.advanceTimersByTimeAsync(0);
  stock.hears.equipment([said("foh-07", 1)]);
  vi.advanceTimersByTime(60);
  for (const each of heard) stock.hears.equipment([each]);
  vi.advanceTimersByTime(60);
  expect(stock.items.get().byCode.has("foh-07")).toBe(stays);
});

test("an item nobody knew is looked up for its tags", async () => {
  await vi.advanceTimersByTimeAsync(0);
  stock.hears.equipment([said("foh-07")]);
  rows = [{ ...(said("foh-07").payload as ItemStatus), tags: ["FOH-07"] }];
  await vi.advanceTimersByTimeAsync(6000);
  expect(stock.index().byTag.get("FOH-07")).toBe("foh-07");
});
