import { beforeEach, expect, test, vi } from "vitest";
import { OutboxFull } from "./outbox";
import { fates, lost, open, receipt, sent, setUp, settle, stage } from "./outboxStage";
import { Refused } from "./realtime";
import { Problem } from "./rest";

beforeEach(setUp);

test.each([
  ["nobody answers", sent, "sent", null],
  ["the line is gone", lost, "waiting", null],
  ["the server is away", () => Promise.reject(new Problem(503, "later")), "waiting", "later"],
  ["there were too many", () => Promise.reject(new Problem(429, "slower")), "waiting", "slower"],
  ["the server refuses", () => Promise.reject(new Problem(403, "viewers can't")), "failed", "viewers can't"],
  ["the socket refuses", () => Promise.reject(new Refused("not yours")), "failed", "not yours"],
  ["it wasn't stored", () => Promise.resolve({ outcome: "rejected" }), "failed", "not stored: rejected"],
])("when %s, an entry is then %s", async (_, reply, fate, error) => {
  stage.answer = reply;
  const outbox = await open();
  outbox.add("chat", "lowlands", { body: "hi" }, "m1");
  await settle();
  expect(outbox.entries.get()[0]).toMatchObject({ id: "m1", fate, error });
});

test("what waits for the line hears its receipt, wherever one is by then", async () => {
  stage.answer = lost;
  (await open()).add("scan", "pukkel", {}, "a");
  await settle();
  expect(stage.line.projects).toEqual(["pukkel"]);
});

test("what was sent is sent again after a reconnect, under its id, and what was refused is not", async () => {
  const outbox = await open();
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  const send = vi.spyOn(outbox.ways.chat, "send");
  stage.line.joined("elsewhere");
  await settle();
  expect(send).not.toHaveBeenCalled();
  stage.line.joined("lowlands");
  await settle();
  expect(send.mock.calls.map(([{ id }]) => id)).toEqual(["m1"]);
  receipt({ m1: "rejected" });
  stage.line.joined("lowlands");
  await settle();
  expect(send).toHaveBeenCalledTimes(1);
  outbox.retry("m1");
  await settle();
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
});

test("a server that was away is asked again by itself", async () => {
  stage.answer = () => Promise.reject(new Problem(503, "later"));
  const outbox = await open();
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  stage.answer = () => Promise.resolve({ outcome: "stored", answer: [1] });
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
  stage.line.hear([{ topic: "rentguy/lowlands/receipt/dana", payload: { ids: { m1: "stored" } } }]);
  expect(fates(outbox)).toEqual([["m1", "sent"]]);
  expect(fates(await open("dana"))).toEqual([]);
});

test("it holds a thousand entries, and says so when one more comes", async () => {
  stage.answer = lost;
  const outbox = await open();
  for (let n = 0; n < 1000; n++) outbox.add("scan", "lowlands", {});
  expect(() => outbox.add("scan", "lowlands", {})).toThrow(OutboxFull);
});

test("what REST answers needs no project to be joined", async () => {
  stage.answer = () => Promise.reject(new Problem(503, "later"));
  const outbox = await open("dana");
  outbox.ways.status = { ...outbox.ways.status, receipt: false };
  outbox.add("status", "lowlands", {}, "s1");
  await settle();
  expect(stage.line.projects).toEqual([]);
  outbox.add("chat", "lowlands", {}, "m1");
  await settle();
  expect(stage.line.projects).toEqual(["lowlands"]);
});

test("what had no receipt is sent again by itself after 30 s, then ever later, under its id", async () => {
  const outbox = await open();
  const sends: number[] = [];
  const began = Date.now();
  stage.answer = ({ id }) => (sends.push(Math.round((Date.now() - began) / 1000)), expect(id).toBe("m1"), sent());
  outbox.add("chat", "lowlands", {}, "m1");
  await vi.advanceTimersByTimeAsync(1200_000);
  const gaps = sends.slice(1).map((at, place) => at - sends[place]!);
  expect(gaps).toEqual([30, 60, 120, 240, 300, 300]);
  stage.line.joined("lowlands"); // another line: again at once, and from the start
  await vi.advanceTimersByTimeAsync(31_000);
  expect(sends).toHaveLength(9);
  receipt({ m1: "duplicate" });
  await vi.advanceTimersByTimeAsync(1200_000);
  expect(sends).toHaveLength(9);
});

test("of what one says nothing overtakes what can't leave yet, but clicks do", async () => {
  let away = true;
  const left: string[] = [];
  stage.answer = ({ id, kind }) => (away && kind === "chat" ? lost() : (left.push(id), sent()));
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
