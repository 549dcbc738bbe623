import { expect, test } from "vitest";
import type { ItemStatus, Status } from "../contract/types";
import type { Entry, Fate } from "../live/outbox";
import { askedIn, isPending, statusOf } from "./asked";

const clicked = (minute: number) => `2026-08-23T23:0${minute}:00Z`;
const entry = (minute: number, codes: string[], status: Status, fate: Fate = "waiting"): Entry => ({
  id: `e${minute}`,
  kind: "status",
  project: "lowlands",
  at: 0,
  payload: { codes, status, id: `e${minute}`, at: clicked(minute) },
  fate,
  error: null,
});
const foh: ItemStatus = { code: "foh-07", name: "FOH rack", status: "available", at: clicked(2) };

test.each<[string, Entry[], Status, boolean]>([
  ["nothing", [], "available", false],
  ["a status", [entry(3, ["foh-07"], "damaged")], "damaged", true],
  ["a status, together with others", [entry(3, ["amp-12", "foh-07"], "damaged")], "damaged", true],
  ["a status of another", [entry(3, ["amp-12"], "damaged")], "available", false],
  ["two, of which the last counts", [entry(3, ["foh-07"], "damaged"), entry(4, ["foh-07"], "in_use")], "in_use", true],
  ["one that was refused", [entry(3, ["foh-07"], "damaged", "failed")], "available", false],
  ["one that somebody has overruled", [entry(1, ["foh-07"], "damaged")], "available", false],
  ["one that has just been stored", [entry(2, ["foh-07"], "damaged")], "damaged", true],
  ["something else", [{ ...entry(3, ["foh-07"], "damaged"), kind: "scan" }], "available", false],
])("asked for %s", (_, entries, status, pending) => {
  const asked = askedIn(entries).get("foh-07");
  expect(statusOf(foh, asked)).toBe(status);
  expect(isPending(foh, asked)).toBe(pending);
});
