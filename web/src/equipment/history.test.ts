import { expect, test } from "vitest";
import type { ItemEvent } from "../contract/types";
import { mergeEvents, wordsOf } from "./history";

const event = (rest: Partial<ItemEvent> = {}): ItemEvent => ({
  id: "1",
  at: "2026-08-23T23:00:00Z",
  by: "anouk",
  project: "lowlands",
  status: null,
  action: null,
  vehicle: null,
  result: "stored",
  lat: null,
  lon: null,
  ...rest,
});
const NAMES: Record<string, string> = { anouk: "Anouk", "gate-1": "Gate 1", "truck-04": "Truck 4" };

test.each<[Partial<ItemEvent>, string]>([
  [{ action: "load", vehicle: "truck-04" }, "Anouk loaded it onto Truck 4"],
  [{ action: "load" }, "Anouk loaded it onto a vehicle"],
  [{ action: "unload" }, "Anouk took it off its vehicle"],
  [{ action: "unload", vehicle: "truck-04" }, "Anouk took it off Truck 4"],
  [{ action: "out" }, "Anouk took it out"],
  [{ action: "in", by: "gate-1" }, "Gate 1 brought it in"],
  [{ action: "audit", by: "gate-1" }, "Gate 1 saw it"],
  [{ by: "gate-9" }, "gate-9 saw it"],
  [{ status: "damaged" }, "Anouk set it to damaged"],
  [{ status: "maintenance", action: "in" }, "Anouk brought it in and set it to maintenance"],
  [{ status: "available", action: "out", by: null }, "Put on the project"],
  [{ status: "in_use", by: null }, "Somebody set it to in use"],
])("%j", (rest, words) => {
  expect(wordsOf(event(rest), (slug) => NAMES[slug] ?? slug)).toBe(words);
});

test("pages and news come together, each once and newest first", () => {
  const at = (minute: number, rest: Partial<ItemEvent> = {}) =>
    event({ id: String(minute), at: `2026-08-23T23:0${minute}:00Z`, ...rest });
  const known = mergeEvents([at(3), at(2)], [at(1)]);
  const news = mergeEvents(known, [at(4), at(3, { result: "wrong_project" })]);
  expect(news.map(({ id }) => id)).toEqual(["4", "3", "2", "1"]);
  expect(news[1]?.result).toBe("wrong_project");
});
