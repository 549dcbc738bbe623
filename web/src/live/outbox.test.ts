import { beforeEach, expect, test, vi } from "vitest";
import type { Envelope } from "../contract/types";
import { Outbox, OutboxFull, type Settlement, type Ways } from "./outbox";
import { ConnectionLost, Refused, type Realtime } from "./realtime";
import { Problem } from "./rest";

/** The socket as an outbox sees it: it is told of frames and joins, and asks to be in projects. */
class Line {
  readonly projects: string[] = [];
  hear: (envelopes: readonly Envelope[]) => void = () => {};
  joined: (project: string) => void = () => {};
  onEnvelopes = (listener: (envelopes: readonly Envelope[]) => void) => ((this.hear = listener), () => {});
  onJoined = (listener: (project: string) => void) => ((this.joined = listener), () => {});
  attend = (project: string) => void this.projects.push(project);
  leave = (project: string) => void this.projects.splice(this.projects.indexOf(project), 1);
}

/** A browser's storage; two outboxes on it are two tabs, or one before and after a reload. */
class Drawer {
  readonly #kept = new Map<string, string>();
  get length() {
    return this.#kept.size;
  }
  key = (place: number) => [...this.#kept.keys()][place] ?? null;
  getItem = (key: string) => this.#kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#kept.set(key, value);
  removeItem = (key: string) => void this.#kept.delete(key);
}

let line: Line;
let answer: () => Promise<Settlement | null>;

function open(me = "anouk"): Outbox {
  const way = { send: () => answer(), receipt: true, refuses: (outcome: string) => outcome === "rejected" };
  const ways: Ways = { chat: way, revision: way, scan: way, status: way };
  const outbox = new Outbox(me, line as unknown as Realtime, ways);
  outbox.start();
  return outbox;
}

const fates = (outbox: Outbox) => outbox.entries.get().map(({ id, fate }) => [id, fate]);
const settle = () => vi.advanceTimersByTimeAsync(0);
const receipt = (ids: Record<string, string>) => line.hear([{ topic: "rentguy/lowlands/receipt/anouk", payload: { ids } }]);
const sent = () => Promise.resolve(null);
const lost = () => Promise.reject(new ConnectionLost("gone"));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", new Drawer());
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("removeEventListener", () => {});
  line = new Line();
  answer = sent;
});

test.each([
  ["nobody answers", sent, "sent", null],
  ["the line is gone", lost, "waiting", null],
  ["the server is away", () => Promise.reject(new Problem(503, "later")), "waiting", "later"],
  ["there were too many", () => Promise.reject(new Problem(429, "slower")), "waiting", "slower"],
  ["the server refuses", () => Promise.reject(new Problem(403, "viewers can't")), "failed", "viewers can't"],
  ["the socket refuses", () => Promise.reject(new Refused("not yours")), "failed", "not yours"],
  ["it wasn't stored", () => Promise.resolve({ outcome: "rejected" }), "failed", "not stored: rejected"],
])("when %s, an entry is then %s", async (_, reply, fate, error) => {
  answer = reply;
  const outbox = open();
  outbox.add("chat", "lowlands", { body: "hi" }, "m1");
  await settle();
  expect(outbox.entries.get()[0]).toMatchObject({ id: "m1", fate, error });
});

test("what waits survives a reload, in order, and is sent when the project is joined", async () => {
  answer = lost;
  const before = open();
  before.add("scan", "lowlands", {}, "a");
  vi.advanceTimersByTime(1);
  before.add("scan", "lowlands", {}, "b");
  await settle();
  line = new Line();
  answer = sent;
  const after = open();
  expect(fates(after)).toEqual([["a", "waiting"], ["b", "waiting"]]);
  expect(line.projects).toEqual(["lowlands"]); // or it would hear no receipt
  line.joined("lowlands");
  await settle();
  expect(fates(after)).toEqual([["a", "sent"], ["b", "sent"]]);
  receipt({ a: "stored", b: "unknown_tag" });
  expect(fates(after)).toEqual([]);
  expect(line.projects).toEqual([]);
  expect(fates(open())).toEqual([]);
});

test("what waits for the line hears its receipt, wherever one is by then", async () => {
  answer = lost;
  open().add("scan", "pukkel", {}, "a");
  await settle();
  expect(line.projects).toEqual(["pukkel"]);
});

test("what was sent is sent again after a reconnect, under its id, and what was refused is not", async () => {
  const outbox = open();
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  const send = vi.spyOn(outbox.ways.chat, "send");
  line.joined("elsewhere");
  await settle();
  expect(send).not.toHaveBeenCalled();
  line.joined("lowlands");
  await settle();
  expect(send.mock.calls.map(([{ id }]) => id)).toEqual(["m1"]);
  receipt({ m1: "rejected" });
  line.joined("lowlands");
  await settle();
  expect(send).toHaveBeenCalledTimes(1);
  outbox.retry("m1");
  await settle();
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
});

test("a server that was away is asked again by itself", async () => {
  answer = () => Promise.reject(new Problem(503, "later"));
  const outbox = open();
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  answer = () => Promise.resolve({ outcome: "stored", answer: [1] });
  const told = vi.fn();
  outbox.onSettled(told);
  await vi.advanceTimersByTimeAsync(6000);
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ id: "s1" }), { outcome: "stored", answer: [1] });
  expect(fates(outbox)).toEqual([]);
});

test("another's receipt settles nothing, and another's entries aren't seen", async () => {
  const outbox = open();
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  line.hear([{ topic: "rentguy/lowlands/receipt/dana", payload: { ids: { m1: "stored" } } }]);
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
  expect(fates(open("dana"))).toEqual([]);
});

test("it holds a thousand entries, and says so when one more comes", () => {
  answer = lost;
  const outbox = open();
  for (let n = 0; n < 1000; n++) outbox.add("scan", "lowlands", {});
  expect(() => outbox.add("scan", "lowlands", {})).toThrow(OutboxFull);
});

test("what REST answers needs no project to be joined", async () => {
  answer = () => Promise.reject(new Problem(503, "later"));
  const outbox = open("dana");
  outbox.ways.status = { ...outbox.ways.status, receipt: false };
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  expect(line.projects).toEqual([]);
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  expect(line.projects).toEqual(["lowlands"]);
});
