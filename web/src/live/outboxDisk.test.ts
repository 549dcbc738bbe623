import { beforeEach, expect, test, vi } from "vitest";
import { NotKept } from "./disk";
import { fates, lost, Line, open, receipt, sent, setUp, settle, stage } from "./outboxStage";
import { Radio } from "./tabs";

beforeEach(setUp);

test("what waits survives a reload, in the order it was said, and is sent when the project is joined", async () => {
  stage.answer = lost;
  const before = await open();
  before.add("scan", "lowlands", {}, "b");
  vi.setSystemTime(Date.now() - 60_000); // the clock was wrong
  before.add("scan", "lowlands", {}, "a");
  await settle();
  stage.line = new Line();
  stage.answer = sent;
  const after = await open();
  expect(fates(after)).toEqual([["b", "waiting"], ["a", "waiting"]]);
  expect(stage.line.projects).toEqual(["lowlands"]); // or it would hear no receipt
  stage.line.joined("lowlands");
  await settle();
  expect(fates(after)).toEqual([["b", "sent"], ["a", "sent"]]);
  receipt({ a: "stored", b: "unknown_tag" });
  expect(fates(after)).toEqual([]);
  expect(stage.line.projects).toEqual([]);
  expect(fates(await open())).toEqual([]);
});

test("nothing leaves before it is on stage.disk, and what comes behind it waits for it", async () => {
  const outbox = await open();
  const send = vi.spyOn(outbox.ways.chat, "send");
  const { promise, resolve } = Promise.withResolvers<void>();
  vi.spyOn(stage.disk, "put").mockReturnValueOnce(promise);
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
  vi.spyOn(stage.disk, "put").mockRejectedValueOnce(new NotKept("no room"));
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
  vi.spyOn(stage.disk, "put").mockRejectedValueOnce(new NotKept("no room"));
  outbox.add("chat", "lowlands", {}, "m1");
  outbox.drop("m1");
  await settle();
  expect(fates(outbox)).toEqual([]);
});

test("a receipt that nobody heard is heard by the next page, which sends the same again", async () => {
  (await open()).add("chat", "lowlands", { body: "hi" }, "m1");
  await settle();
  stage.line = new Line(); // the browser was killed
  const after = await open();
  const send = vi.spyOn(after.ways.chat, "send");
  stage.line.joined("lowlands");
  await settle();
  expect(send.mock.calls).toMatchObject([[{ id: "m1", payload: { body: "hi" } }]]);
  receipt({ m1: "duplicate" });
  await settle();
  expect(await stage.disk.all("outbox/anouk")).toEqual([]);
});

test("two tabs show the same, and what one has settled is gone in the other and doesn't come back", async () => {
  stage.answer = lost;
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
  expect(await stage.disk.all("outbox/anouk")).toEqual([]);
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
  stage.shelf.set("rentguy/outbox/anouk/m1", JSON.stringify(old));
  stage.shelf.set("rentguy/outbox/dana/m2", JSON.stringify({ ...old, id: "m2" }));
  vi.spyOn(stage.disk, "put").mockRejectedValueOnce(new NotKept("no room"));
  expect(fates(await open())).toEqual([]);
  expect(stage.shelf.size).toBe(2); // without room it stays where it is
  const outbox = await open();
  expect(outbox.entries.get()).toEqual([old]);
  expect([...stage.shelf.keys()]).toEqual(["rentguy/outbox/dana/m2"]);
  expect(await stage.disk.all("outbox/anouk")).toEqual([old]);
});

test("a disk that doesn't answer is asked again", async () => {
  (await open()).add("chat", "lowlands", {}, "m1");
  await settle();
  vi.spyOn(stage.disk, "all").mockRejectedValueOnce(new NotKept("no answer"));
  const opened = open();
  await vi.advanceTimersByTimeAsync(5000);
  expect(fates(await opened)).toEqual([["m1", "sent"]]);
});
