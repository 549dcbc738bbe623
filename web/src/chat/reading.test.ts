import { beforeEach, expect, test, vi } from "vitest";
import type { Unread } from "../contract/types";
import { ConnectionLost, Refused, type Realtime } from "../live/realtime";
import { Problem } from "../live/rest";
import * as api from "./api";
import { Reading } from "./reading";

vi.mock("./api");

const of = (...ids: string[]): Unread => ({ count: ids.length, mentions: 0, ids, first: ids.at(-1) ?? null });
const ask = vi.mocked(api.unread);
const publish = vi.fn<(topic: string, payload: unknown) => Promise<void>>();
const settle = () => vi.advanceTimersByTimeAsync(0);
const published = () => publish.mock.calls.map(([, payload]) => (payload as { id: string }).id);
let reading: Reading;
let phase: string;

beforeEach(() => {
  vi.useFakeTimers();
  ask.mockReset().mockResolvedValue(of());
  publish.mockReset().mockResolvedValue();
  phase = "live";
  const connection = { get: () => ({ phase }) };
  reading = new Reading("lowlands", "dana", { publish, connection } as unknown as Realtime);
});

test("one's mark is published once a second at most, and the last of them always", async () => {
  for (const id of ["a", "b", "c"]) reading.read(id);
  await settle();
  reading.read("d");
  reading.read("e");
  await vi.advanceTimersByTimeAsync(999);
  expect(published()).toEqual(["c"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(published()).toEqual(["c", "e"]);
  expect(publish).toHaveBeenLastCalledWith("rentguy/lowlands/read/dana", expect.objectContaining({ id: "e" }));
});

test.each([
  ["the line was lost", () => Promise.reject(new ConnectionLost("gone")), ["a", "a"]],
  ["it was refused", () => Promise.reject(new Refused("no")), ["a"]],
  ["it arrived", () => Promise.resolve(), ["a"]],
])("when %s, after the next join %j have been published", async (_, answer, expected) => {
  publish.mockImplementationOnce(answer);
  reading.read("a");
  await settle();
  reading.joined();
  await vi.advanceTimersByTimeAsync(1000);
  expect(published()).toEqual(expected);
});

test("a mark from another device is asked about once, one's own echo isn't", async () => {
  reading.read("a");
  await settle();
  const [, sent] = publish.mock.calls[0] ?? [];
  reading.mark("dana", sent as { id: string; at: string });
  reading.mark("anouk", { id: "z", at: Date.now() / 1000 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(ask).not.toHaveBeenCalled();
  reading.mark("dana", { id: "b", at: Date.now() / 1000 + 1 });
  reading.mark("dana", { id: "c", at: Date.now() / 1000 + 2 });
  reading.mark("dana", { id: "b", at: Date.now() / 1000 + 1 }); // older
  await vi.advanceTimersByTimeAsync(1000);
  expect(ask.mock.calls).toEqual([["lowlands", "a"]]);
  expect(reading.marks.get().get("dana")?.id).toBe("c");
});

test("an answer that is overtaken says nothing, not even that there was one", async () => {
  const answers: ((unread: Unread) => void)[] = [];
  ask.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  void reading.ask();
  void reading.ask();
  answers[0]?.(of("a"));
  await settle();
  expect([reading.answered.get(), reading.unread.get().count]).toEqual([false, 0]);
  answers[1]?.(of("b", "a"));
  await settle();
  expect([reading.answered.get(), reading.unread.get().count]).toEqual([true, 2]);
  // What is read while a question is on its way stays read
  void reading.ask();
  reading.read("b");
  answers[2]?.(of("b", "a"));
  await settle();
  expect(reading.unread.get().count).toBe(0);
});

test("a server that doesn't answer leaves what one knows, and is asked again", async () => {
  ask.mockRejectedValueOnce(new Problem(0, "away")).mockResolvedValueOnce(of("a")).mockRejectedValueOnce(new Problem(0, "away"));
  reading.joined();
  await settle();
  expect([reading.answered.get(), reading.unread.get().count]).toEqual([false, 0]);
  await vi.advanceTimersByTimeAsync(5000);
  expect([reading.answered.get(), reading.unread.get().count]).toEqual([true, 1]);
  reading.joined();
  await settle();
  expect([reading.answered.get(), reading.unread.get().count]).toEqual([true, 1]);
});

test.each([
  ["the line is down", new Problem(0, "away"), () => (phase = "lost")],
  ["the project is closed", new Problem(503, "starting"), () => reading.close()],
  ["it was refused for good", new Problem(404, "no such project"), () => undefined],
])("it isn't asked again when %s", async (_, problem, meanwhile) => {
  ask.mockRejectedValue(problem);
  reading.joined();
  meanwhile();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledOnce();
});
