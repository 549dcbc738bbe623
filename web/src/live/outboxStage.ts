/** For tests: an outbox, its disk, its line, and what is answered to what it sends. */
import { vi } from "vitest";
import type { Envelope } from "../contract/types";
import { Memory } from "./disk";
import { Outbox, type Entry, type Settlement, type Ways } from "./outbox";
import { ConnectionLost, type Realtime } from "./realtime";
import { Radio, storageOf } from "./tabs";

/** The socket as an outbox sees it: it is told of frames and joins, and asks to be in projects. */
export class Line {
  readonly projects: string[] = [];
  hear: (envelopes: readonly Envelope[]) => void = () => {};
  joined: (project: string) => void = () => {};
  onEnvelopes = (listener: (envelopes: readonly Envelope[]) => void) => ((this.hear = listener), () => {});
  onJoined = (listener: (project: string) => void) => ((this.joined = listener), () => {});
  attend = (project: string) => void this.projects.push(project);
  leave = (project: string) => void this.projects.splice(this.projects.indexOf(project), 1);
}

export const sent = () => Promise.resolve(null);
export const lost = () => Promise.reject(new ConnectionLost("gone"));

/** Two outboxes on its disk are two tabs, or one before and after the browser was killed. */
export const stage = {
  disk: new Memory(),
  shelf: new Map<string, string>(),
  line: new Line(),
  answer: sent as (entry: Entry) => Promise<Settlement | null>,
};

export function setUp(): void {
  vi.useFakeTimers();
  Radio.silence();
  vi.stubGlobal("BroadcastChannel", Radio);
  vi.stubGlobal("localStorage", storageOf((stage.shelf = new Map())));
  stage.disk = new Memory();
  stage.line = new Line();
  stage.answer = sent;
}

export async function open(me = "anouk"): Promise<Outbox> {
  const way = { inOrder: true, receipt: true, refuses: (outcome: string) => outcome === "rejected" };
  const answered = { ...way, send: (entry: Entry) => stage.answer(entry) };
  const ways: Ways = { chat: answered, revision: answered, scan: answered, status: { ...answered, inOrder: false } };
  const outbox = new Outbox(me, stage.line as unknown as Realtime, ways, async () => stage.disk);
  outbox.start();
  await outbox.loaded;
  return outbox;
}

export const fates = (outbox: Outbox) => outbox.entries.get().map(({ id, fate }) => [id, fate]);

export const settle = () => vi.advanceTimersByTimeAsync(0);

export const receipt = (ids: Record<string, string>) =>
  stage.line.hear([{ topic: "rentguy/lowlands/receipt/anouk", payload: { ids } }]);
