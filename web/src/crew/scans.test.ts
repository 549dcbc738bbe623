import { beforeEach, expect, test, vi } from "vitest";
import type { Entry, Outbox, Settlement } from "../live/outbox";
import { Memory } from "../live/disk";
import { Store } from "../live/store";
import { Radio, storageOf } from "../live/tabs";
import { ScanLog } from "./scanLog";
import { MOST, payloadOf, verdictOf, withScan, type Aim, type Scanned } from "./scans";
import { SIGNALS } from "./signals";

const LOOK: Aim = { mode: "look", vehicle: null };
const OUT: Aim = { mode: "out", vehicle: null };
const ONTO_4: Aim = { mode: "load", vehicle: "truck-04" };
const OFF_4: Aim = { mode: "unload", vehicle: "truck-04" };

/** An outbox as the log sees it. */
class Way {
  readonly entries = new Store<readonly Entry[]>([]);
  readonly loaded = Promise.resolve();
  settle: (entry: Entry, settlement: Settlement) => void = () => {};
  onSettled = (listener: typeof this.settle) => ((this.settle = listener), () => {});
  add = (kind: string, project: string, payload: unknown, id: string) =>
    this.entries.update((entries) => [
      ...entries,
      { id, kind, project, payload, at: Date.now(), fate: "waiting", error: null } as Entry,
    ]);
  answer(outcome: string) {
    const [entry, ...others] = this.entries.get();
    if (!entry) throw new Error("nothing was sent");
    this.settle(entry, { outcome });
    this.entries.set(others);
  }
}

let disk: Memory; // two logs on it are two tabs, or one before and after the browser was killed
let shelf: Map<string, string>;
let way: Way;
let heard: string[];

async function open(): Promise<ScanLog> {
  const log = new ScanLog("anouk", way as unknown as Outbox, (verdict) => heard.push(verdict), async () => disk);
  log.start();
  await settle();
  return log;
}

const settle = () => vi.advanceTimersByTimeAsync(0);

const verdicts = (log: ScanLog) => log.list.get().map(({ tag, verdict }) => [tag, verdict]);

beforeEach(() => {
  vi.useFakeTimers();
  Radio.silence();
  vi.stubGlobal("BroadcastChannel", Radio);
  vi.stubGlobal("localStorage", storageOf((shelf = new Map())));
  disk = new Memory();
  way = new Way();
  heard = [];
});

test.each([
  ["stored", "ok"],
  ["duplicate", "ok"],
  ["unknown_tag", "unknown"],
  ["wrong_project", "wrong_project"],
  ["rejected", "refused"],
  ["something a newer server says", "refused"],
])("the outcome %s is %s, and is heard", async (outcome, verdict) => {
  expect(verdictOf(outcome)).toBe(verdict);
  const log = await open();
  log.scan("lowlands", "FOH-07", "qr", OUT);
  way.answer(outcome);
  expect(verdicts(log)).toEqual([["FOH-07", verdict]]);
  expect(heard).toEqual(["waiting", verdict]);
});

test.each<[string, Aim, number, Aim, string[], number]>([
  ["within three seconds it isn't sent again", OUT, 2900, OUT, ["waiting", "duplicate"], 1],
  ["later it is, and says so at once", OUT, 3100, OUT, ["waiting", "duplicate"], 2],
  ["in another mode it is another scan", OUT, 1000, LOOK, ["waiting", "waiting"], 2],
  ["so it is for another vehicle", ONTO_4, 1000, { ...ONTO_4, vehicle: "truck-05" }, ["waiting", "waiting"], 2],
])("the same tag again: %s", async (_, first, ms, second, signals, sent) => {
  const log = await open();
  log.scan("lowlands", "FOH-07", null, first);
  vi.advanceTimersByTime(ms);
  log.scan("lowlands", "FOH-07", null, second);
  expect(heard).toEqual(signals);
  expect(way.entries.get()).toHaveLength(sent);
});

test("loaded, unloaded and loaded again are three scans, and none is a duplicate", async () => {
  const log = await open();
  for (const aim of [ONTO_4, OFF_4, ONTO_4]) log.scan("lowlands", "FOH-07", null, aim);
  expect(heard).toEqual(["waiting", "waiting", "waiting"]);
});

test("an unknown tag scanned again is asked about again", async () => {
  const log = await open();
  log.scan("lowlands", "XYZ", null, OUT);
  way.answer("unknown_tag");
  log.scan("lowlands", "XYZ", null, OUT);
  way.answer("unknown_tag");
  expect(heard).toEqual(["waiting", "unknown", "waiting", "unknown"]);
});

test("a backlog is answered without a sound, and after a reload", async () => {
  (await open()).scan("lowlands", "FOH-07", null, OUT);
  vi.advanceTimersByTime(60_000);
  const log = await open();
  expect(verdicts(log)).toEqual([["FOH-07", "waiting"]]);
  heard = [];
  way.answer("wrong_project");
  expect(verdicts(log)).toEqual([["FOH-07", "wrong_project"]]);
  expect(heard).toEqual([]);
});

test("what was answered while nobody listened is sent again under its id", async () => {
  (await open()).scan("lowlands", "FOH-07", "code128", ONTO_4);
  const [sent] = way.entries.get();
  way.entries.set([]); // settled, on another page
  await open();
  expect(way.entries.get()[0]).toMatchObject({ id: sent?.id, payload: sent?.payload });
});

test("one that the server refuses says why, and waits again when it is sent again", async () => {
  const log = await open();
  log.scan("lowlands", "FOH-07", null, OUT);
  way.entries.update(([entry]) => [{ ...entry, fate: "failed", error: "viewers can't" } as Entry]);
  expect(log.list.get()[0]).toMatchObject({ verdict: "refused", error: "viewers can't" });
  way.entries.update(([entry]) => [{ ...entry, fate: "waiting", error: null } as Entry]);
  expect(log.list.get()[0]).toMatchObject({ verdict: "waiting", error: null });
});

test("two tabs show the same scans, and what is cleared in one is gone for good", async () => {
  const [one, other] = [await open(), await open()];
  one.scan("lowlands", "FOH-07", null, OUT);
  await settle();
  way.answer("stored");
  vi.advanceTimersByTime(1);
  other.scan("lowlands", "AMP-12", null, OUT);
  await settle();
  for (const tab of [one, other]) expect(verdicts(tab)).toEqual([["AMP-12", "waiting"], ["FOH-07", "ok"]]);
  one.clear("lowlands");
  await settle();
  for (const tab of [one, other, await open()]) expect(verdicts(tab)).toEqual([["AMP-12", "waiting"]]);
});

test("what an older version kept in localStorage is taken over once", async () => {
  shelf.set("rentguy/scans/anouk", JSON.stringify([scanned({ id: "2", at: 2 }), scanned({ id: "1", at: 1, tag: "AMP-12" })]));
  expect(verdicts(await open())).toEqual([["FOH-07", "ok"], ["AMP-12", "ok"]]);
  expect(shelf.size).toBe(0);
  expect(verdicts(await open())).toEqual([["FOH-07", "ok"], ["AMP-12", "ok"]]);
});

const scanned = (change: Partial<Scanned>): Scanned => ({
  ...{ id: "1", project: "lowlands", at: 0, tag: "FOH-07", symbology: null, mode: "look", vehicle: null },
  ...{ verdict: "ok", before: null, error: null },
  ...change,
});

test.each([
  [scanned({}), { id: "1", at: "1970-01-01T00:00:00.000Z", tag: "FOH-07" }],
  [
    scanned({ ...ONTO_4, symbology: "qr" }),
    { id: "1", at: "1970-01-01T00:00:00.000Z", tag: "FOH-07", symbology: "qr", action: "load", vehicle: "truck-04" },
  ],
])("what is sent of a scan", (scan, payload) => expect(payloadOf(scan)).toEqual(payload));

test("the list is bounded, but never forgets what waits", () => {
  const old = scanned({ id: "old", verdict: "waiting" });
  let list: readonly Scanned[] = [old];
  for (let n = 0; n <= MOST; n++) list = withScan(list, scanned({ id: String(n) }));
  expect(list).toHaveLength(MOST + 1);
  expect(list.at(-1)).toBe(old);
});

test("no two verdicts sound or feel alike", () => {
  const signals = Object.values(SIGNALS);
  for (const of of ["tones", "vibration"] as const) {
    expect(new Set(signals.map((signal) => JSON.stringify(signal[of]))).size).toBe(signals.length);
  }
});
