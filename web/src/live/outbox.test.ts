import { beforeEach, expect, test, vi } from "vitest";
import type { Envelope } from "../contract/types";
import { Memory, NotKept } from "./disk";
import { Outbox, OutboxFull, type Entry, type Settlement, type Ways } from "./outbox";
import { ConnectionLost, Refused, type Realtime } from "./realtime";
import { Problem } from "./rest";
import { Radio, storageOf } from "./tabs";

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

let disk: Memory; // two outboxes on it are two tabs, or one before and after the browser was killed
let shelf: Map<string, string>;
let line: Line;
let answer: (entry: Entry) => Promise<Settlement | null>;

async function open(me = "anouk"): Promise<Outbox> {
  const way = { inOrder: true, receipt: true, refuses: (outcome: string) => outcome === "rejected" };
  const sent = { ...way, send: (entry: Entry) => answer(entry) };
  const ways: Ways = { chat: sent, revision: sent, scan: sent, status: { ...sent, inOrder: false } };
  const outbox = new Outbox(me, line as unknown as Realtime, ways, async () => disk);
  outbox.start();
  await outbox.loaded;
  return outbox;
}

const fates = (outbox: Outbox) => outbox.entries.get().map(({ id, fate }) => [id, fate]);
const settle = () => vi.advanceTimersByTimeAsync(0);
const receipt = (ids: Record<string, string>) => line.hear([{ topic: "rentguy/lowlands/receipt/anouk", payload: { ids } }]);
const sent = () => Promise.resolve(null);
const lost = () => Promise.reject(new ConnectionLost("gone"));

beforeEach(() => {
  vi.useFakeTimers();
  Radio.silence();
  vi.stubGlobal("BroadcastChannel", Radio);
  vi.stubGlobal("localStorage", storageOf((shelf = new Map())));
  disk = new Memory();
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
  const outbox = await open();
  outbox.add("chat", "lowlands", { body: "hi" }, "m1");
  await settle();
  expect(outbox.entries.get()[0]).toMatchObject({ id: "m1", fate, error });
});

test("what waits survives a reload, in the order it was said, and is sent when the project is joined", async () => {
  answer = lost;
  const before = await open();
  before.add("scan", "lowlands", {}, "b");
  vi.setSystemTime(Date.now() - 60_000); // the clock was wrong
  before.add("scan", "lowlands", {}, "a");
  await settle();
  line = new Line();
  answer = sent;
  const after = await open();
  expect(fates(after)).toEqual([["b", "waiting"], ["a", "waiting"]]);
  expect(line.projects).toEqual(["lowlands"]); // or it would hear no receipt
  line.joined("lowlands");
  await settle();
  expect(fates(after)).toEqual([["b", "sent"], ["a", "sent"]]);
  receipt({ a: "stored", b: "unknown_tag" });
  expect(fates(after)).toEqual([]);
  expect(line.projects).toEqual([]);
  expect(fates(await open())).toEqual([]);
});

test("what waits for the line hears its receipt, wherever one is by then", async () => {
  answer = lost;
  (await open()).add("scan", "pukkel", {}, "a");
  await settle();
  expect(line.projects).toEqual(["pukkel"]);
});

test("what was sent is sent again after a reconnect, under its id, and what was refused is not", async () => {
  const outbox = await open();
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
  const outbox = await open();
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
  const outbox = await open();
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  line.hear([{ topic: "rentguy/lowlands/receipt/dana", payload: { ids: { m1: "stored" } } }]);
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
  expect(fates(await open("dana"))).toEqual([]);
});

test("it holds a thousand entries, and says so when one more comes", async () => {
  answer = lost;
  const outbox = await open();
  for (let n = 0; n < 1000; n++) outbox.add("scan", "lowlands", {});
  expect(() => outbox.add("scan", "lowlands", {})).toThrow(OutboxFull);
});

test("what REST answers needs no project to be joined", async () => {
  answer = () => Promise.reject(new Problem(503, "later"));
  const outbox = await open("dana");
  outbox.ways.status = { ...outbox.ways.status, receipt: false };
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  expect(line.projects).toEqual([]);
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  expect(line.projects).toEqual(["lowlands"]);
});

test("nothing leaves before it is on disk, and what comes behind it waits for it", async () => {
  const outbox = await open();
  const send = vi.spyOn(outbox.ways.chat, "send");
  const { promise, resolve } = Promise.withResolvers<void>();
  vi.spyOn(disk, "put").mockReturnValueOnce(promise);
  outbox.add("chat", "lowlands", {}, "m1");
  outbox.add("chat", "lowlands", {}, "m2");
  await settle();
  expect(fates(outbox)).toEqual([["m1", "waiting"], ["m2", "waiting"]]);
  expect(send).not.toHaveBeenCalled();
  resolve();
  await settle();
  expect(send.mock.calls.map(([{ id }]) => id)).toEqual(["m1", "m2"]);
});

test("what the browser can't keep is not sent but said, until there is room", async () => {
  const outbox = await open();
  const send = vi.spyOn(outbox.ways.chat, "send");
  vi.spyOn(disk, "put").mockRejectedValueOnce(new NotKept("no room"));
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  expect(outbox.entries.get()[0]).toMatchObject({ fate: "failed", error: "not kept: no room" });
  expect(send).not.toHaveBeenCalled();
  outbox.retry("m1");
  await settle();
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
  expect(fates(await open())).toEqual([["m1", "sent"]]);
});

test("what couldn't be kept and was dropped meanwhile stays away", async () => {
  const outbox = await open();
  vi.spyOn(disk, "put").mockRejectedValueOnce(new NotKept("no room"));
  outbox.add("chat", "lowlands", {}, "m1");
  outbox.drop("m1");
  await settle();
  expect(fates(outbox)).toEqual([]);
});

test("what had no receipt is sent again by itself after 30 s, then ever later, under its id", async () => {
  const outbox = await open();
  const sends: number[] = [];
  const began = Date.now();
  answer = ({ id }) => (sends.push(Math.round((Date.now() - began) / 1000)), expect(id).toBe("m1"), sent());
  outbox.add("chat", "lowlands", {}, "m1");
  await vi.advanceTimersByTimeAsync(1200_000);
  const gaps = sends.slice(1).map((at, place) => at - sends[place]!);
  expect(gaps).toEqual([30, 60, 120, 240, 300, 300]);
  line.joined("lowlands"); // another line: again at once, and from the start
  await vi.advanceTimersByTimeAsync(31_000);
  expect(sends).toHaveLength(9);
  receipt({ m1: "duplicate" });
  await vi.advanceTimersByTimeAsync(1200_000);
  expect(sends).toHaveLength(9);
});

test("a receipt that nobody heard is heard by the next page, which sends the same again", async () => {
  (await open()).add("chat", "lowlands", { body: "hi" }, "m1");
  await settle();
  line = new Line(); // the browser was killed
  const after = await open();
  const send = vi.spyOn(after.ways.chat, "send");
  line.joined("lowlands");
  await settle();
  expect(send.mock.calls).toMatchObject([[{ id: "m1", payload: { body: "hi" } }]]);
  receipt({ m1: "duplicate" });
  await settle();
  expect(await disk.all("outbox/anouk")).toEqual([]);
});

test("of what one says nothing overtakes what can't leave yet, but clicks do", async () => {
  let away = true;
  const left: string[] = [];
  answer = ({ id, kind }) => (away && kind === "chat" ? lost() : (left.push(id), sent()));
  const outbox = await open();
  outbox.add("chat", "lowlands", {}, "m1");
  outbox.add("scan", "lowlands", {}, "a");
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  expect(left).toEqual(["s1"]);
  away = false; // the broker is back, on the same line
  await vi.advanceTimersByTimeAsync(5000);
  expect(left).toEqual(["s1", "m1", "a"]);
});

test("two tabs show the same, and what one has settled is gone in the other and doesn't come back", async () => {
  answer = lost;
  const [one, other] = [await open(), await open()];
  one.add("chat", "lowlands", {}, "m1");
  await settle();
  other.add("chat", "lowlands", {}, "m2");
  await settle();
  for (const tab of [one, other]) expect(fates(tab)).toEqual([["m1", "waiting"], ["m2", "waiting"]]);
  const { promise, resolve } = Promise.withResolvers<null>();
  other.ways.chat.send = ({ id }) => (id === "m1" ? promise : lost());
  other.retry("m2");
  await settle();
  one.settle("m1", { outcome: "stored" }); // while the other is sending it
  resolve(null);
  await settle();
  for (const tab of [one, other, await open()]) expect(fates(tab)).toEqual([["m2", "waiting"]]);
});

test("an old state that a tab writes late brings nothing back, not even without news", async () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const one = await open();
  one.add("chat", "lowlands", {}, "m1");
  await settle();
  const other = await open();
  one.drop("m1");
  other.settle("m1", { outcome: "rejected" });
  await settle();
  expect(fates(other)).toEqual([["m1", "failed"]]);
  expect(await disk.all("outbox/anouk")).toEqual([]);
});

test("news that come late don't bring back what was settled here", async () => {
  const [one, other] = [await open(), await open()];
  one.add("chat", "lowlands", {}, "m1");
  await settle();
  const entry = one.entries.get()[0]!;
  other.settle("m1", { outcome: "stored" });
  new Radio("rentguy/outbox/anouk").postMessage({ kept: [entry], gone: [] });
  expect([fates(one), fates(other)]).toEqual([[["m1", "sent"]], []]);
});

test("what an older version kept in localStorage is taken over once", async () => {
  const old = { id: "m1", kind: "chat", project: "lowlands", at: 1, payload: { body: "hi" }, fate: "sent", error: null };
  shelf.set("rentguy/outbox/anouk/m1", JSON.stringify(old));
  shelf.set("rentguy/outbox/dana/m2", JSON.stringify({ ...old, id: "m2" }));
  vi.spyOn(disk, "put").mockRejectedValueOnce(new NotKept("no room"));
  expect(fates(await open())).toEqual([]);
  expect(shelf.size).toBe(2); // without room it stays where it is
  const outbox = await open();
  expect(outbox.entries.get()).toEqual([old]);
  expect([...shelf.keys()]).toEqual(["rentguy/outbox/dana/m2"]);
  expect(await disk.all("outbox/anouk")).toEqual([old]);
});

test("a disk that doesn't answer is asked again", async () => {
  (await open()).add("chat", "lowlands", {}, "m1");
  await settle();
  vi.spyOn(disk, "all").mockRejectedValueOnce(new NotKept("no answer"));
  const opened = open();
  await vi.advanceTimersByTimeAsync(5000);
  expect(fates(await opened)).toEqual([["m1", "sent"]]);
});
