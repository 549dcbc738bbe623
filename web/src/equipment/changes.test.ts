import { beforeEach, expect, test } from "vitest";
import type { ItemStatus, Status } from "../contract/types";
import { OutboxFull, type Entry, type Outbox } from "../live/outbox";
import { Store } from "../live/store";
import type { AskedStatus } from "../live/ways";
import { Changes } from "./changes";
import { mergeItems, NO_ITEMS, type Items } from "./items";

/** An outbox that nothing leaves until a test says so. */
class Tray {
  readonly entries = new Store<readonly Entry[]>([]);
  isFull = false;

  add(kind: Entry["kind"], project: string, payload: unknown, id: string): void {
    if (this.isFull) throw new OutboxFull("1000 things wait to be sent already");
    this.entries.update((all) => [...all, { id, kind, project, at: 0, payload, fate: "waiting", error: null }]);
  }

  drop(dropped: string): void {
    this.entries.update((all) => all.filter(({ id }) => id !== dropped));
  }
}

const item = (code: string, status: Status, at = "2026-08-23T23:00:00.123456Z", by = "anouk"): ItemStatus => ({
  code,
  name: code,
  status,
  at,
  by,
});

let tray: Tray;
let items: Store<Items>;
let changes: Changes;

beforeEach(() => {
  tray = new Tray();
  items = new Store(mergeItems(NO_ITEMS, [item("a", "available"), item("b", "in_use"), item("c", "available")]));
  changes = new Changes("lowlands", tray as unknown as Outbox, items);
});

const waiting = () => tray.entries.get().map(({ payload }) => payload as AskedStatus);
const asked = () => waiting().map(({ codes, status }) => [codes.join(" "), status]);

/** The server answers what has waited longest: all take it, but for those that somebody has changed since. */
function settle(since: readonly ItemStatus[] = []): void {
  const [entry] = tray.entries.get();
  if (!entry) throw new Error("nothing waits");
  const { codes, status, at } = entry.payload as AskedStatus;
  const answer = codes.map((code) => since.find((other) => other.code === code) ?? item(code, status, at, "dana"));
  items.update((known) => mergeItems(known, answer));
  changes.settled(entry, answer);
  tray.drop(entry.id);
}

test("of many clicks on one item the last is sent, and none that asks for what is there", () => {
  for (const status of ["damaged", "damaged", "maintenance", "in_use"] as const) changes.ask(["a"], status);
  expect(asked()).toEqual([["a", "in_use"]]);
  changes.ask(["b"], "in_use");
  expect(asked()).toEqual([["a", "in_use"]]);
});

test("a click counts from after what was seen, even when the clock of who made that was ahead", () => {
  const ahead = new Date(Date.now() + 30_000).toISOString();
  items.update((known) => mergeItems(known, [item("a", "damaged", ahead)]));
  changes.ask(["a"], "available");
  expect(Date.parse(waiting()[0]!.at)).toBeGreaterThan(Date.parse(ahead));
});

test("many are one request, without those that have the status, and go back each to its own", () => {
  changes.ask(["a", "b", "c", "nobody"], "in_use", true);
  expect(asked()).toEqual([["a c", "in_use"]]);
  settle();
  changes.ask(["a", "b", "c"], "damaged", true);
  settle();
  const [done, ...others] = changes.notes.get();
  expect(others).toEqual([]); // the newest can be undone
  expect(done).toMatchObject({ kind: "done", codes: ["a", "b", "c"], status: "damaged" });
  items.update((known) => mergeItems(known, [item("c", "maintenance", "2099-01-01T00:00:00Z")])); // since then, by another
  if (done?.kind === "done") changes.undo(done);
  expect(asked()).toEqual([["a b", "in_use"]]);
  expect(changes.notes.get()).toEqual([]);
});

test("undoing needs one request for each status there was", () => {
  changes.ask(["a", "b", "c"], "damaged", true);
  settle();
  const [done] = changes.notes.get();
  if (done?.kind === "done") changes.undo(done);
  expect(asked()).toEqual([["a c", "available"], ["b", "in_use"]]);
});

test("what somebody has changed since is said, and can be asked again or let be", () => {
  changes.ask(["a"], "damaged");
  settle([item("a", "maintenance", "2099-01-01T00:00:00Z", "joris")]);
  const [note] = changes.notes.get();
  expect(note).toMatchObject({ kind: "overruled", codes: ["a"], status: "damaged", by: { by: "joris" } });
  if (note) changes.again(note);
  expect(asked()).toEqual([["a", "damaged"]]);
  expect(changes.notes.get()).toEqual([]);
});

test("what can't even be kept is said", () => {
  tray.isFull = true;
  changes.ask(["a"], "damaged");
  expect(changes.notes.get()).toMatchObject([{ kind: "unkept", error: "1000 things wait to be sent already" }]);
});
