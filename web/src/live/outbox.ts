/**
 * What this person has sent and nobody has confirmed yet. It is on disk before it leaves and until it is settled, so that
 * neither a killed browser nor a night without signal loses anything; each entry has an id that makes it the same one however
 * often it is sent.
 */

import type { Receipt } from "../contract/types";
import { parseTopic } from "../contract/topics";
import { Attendance } from "./attendance";
import { now } from "./clock";
import type { Disk } from "./disk";
import { Drawer, type News } from "./drawer";
import type { Entry, EntryKind, Settlement, Ways } from "./entry";
import { Patience } from "./patience";
import { ConnectionLost, Refused, type Realtime } from "./realtime";
import { Problem } from "./rest";
import { Shelf } from "./shelf";
import { Store } from "./store";
import { uuid } from "./uuid";

export type { Entry, EntryKind, Fate, Settlement, Way, Ways } from "./entry";

export class OutboxFull extends Error {}

const MOST = 1000;
const LOOK_MS = 5000; // so often what waits is tried, whether or not the line has changed

export class Outbox {
  readonly entries = new Store<readonly Entry[]>([]); // in the order they were said
  readonly loaded: Promise<void>; // resolved when what an earlier page left is among them
  readonly #drawer: Drawer<Entry>;
  readonly #patience = new Patience();
  readonly #unkept = new Set<string>(); // not on disk yet
  readonly #gone = new Set<string>(); // settled or dropped: news of another tab that come late don't bring them back
  readonly #settled = new Set<(entry: Entry, settlement: Settlement) => void>();
  readonly #attendance: Attendance;
  readonly #stops: (() => void)[] = [];
  #isLoaded: () => void = () => {};
  #reading: ReturnType<typeof setTimeout> | undefined; // the disk doesn't answer yet
  #pumping = false;
  #again = false;

  constructor(
    readonly me: string,
    readonly realtime: Realtime,
    readonly ways: Ways,
    disk?: () => Promise<Disk>,
  ) {
    this.#drawer = new Drawer({ name: `outbox/${me}`, keyOf: ({ id }) => id, durability: "strict" }, disk);
    this.#attendance = new Attendance(realtime);
    this.loaded = new Promise((resolve) => (this.#isLoaded = resolve));
  }

  start(): void {
    const look = setInterval(() => void this.#pump(), LOOK_MS);
    this.#stops.push(
      () => clearInterval(look),
      this.#drawer.onOthers(this.#theirs),
      this.realtime.onJoined(this.#resend),
      this.realtime.onEnvelopes((envelopes) => {
        for (const { topic, payload } of envelopes) if (this.#isReceipt(topic)) this.#receipt(payload as Receipt);
      }),
    );
    void this.#load();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#reading);
    this.#attendance.at(new Set());
  }

  /** Keeps it, then sends it as soon as that is possible; what the browser can't keep has failed. Throws OutboxFull. */
  add(kind: EntryKind, project: string, payload: unknown, id: string = uuid()): Entry {
    const entries = this.entries.get();
    if (entries.length >= MOST) throw new OutboxFull(`${MOST} things wait to be sent already`);
    const at = Math.max(now(), (entries.at(-1)?.at ?? 0) + 1); // the clock may have been put back since
    const entry: Entry = { id, kind, project, at, payload, fate: "waiting", error: null };
    void this.#keep(entry);
    return entry;
  }

  retry(id: string): void {
    const entry = this.#find(id);
    if (entry) void this.#keep({ ...entry, fate: "waiting", error: null });
  }

  drop(id: string): void {
    this.#forget([id]);
    this.#drawer.delete([id]).catch(() => {}); // it is sent once more by the next page, which changes nothing
  }

  /** What became of an entry, from whoever knows it: a receipt, or the thing itself among what is stored. */
  settle(id: string, settlement: Settlement): void {
    const entry = this.#find(id);
    if (!entry) return;
    if (this.ways[entry.kind].refuses(settlement.outcome)) {
      this.#change(id, { fate: "failed", error: `not stored: ${settlement.outcome.replaceAll("_", " ")}` });
      return;
    }
    for (const listener of this.#settled) listener(entry, settlement); // first: what it became, then no longer what it was
    this.drop(id);
  }

  onSettled(listener: (entry: Entry, settlement: Settlement) => void): () => void {
    this.#settled.add(listener);
    return () => void this.#settled.delete(listener);
  }

  /** What an earlier page has left waits, sent or not: only its receipt would have settled it. */
  async #load(): Promise<void> {
    const shelf = new Shelf<Entry>(`outbox/${this.me}`);
    await this.#drawer.takeOver(shelf, shelf.keys(), (entry) => [entry]);
    const kept = await this.#drawer.all().catch(() => null);
    if (kept === null) {
      this.#reading = setTimeout(() => void this.#load(), LOOK_MS);
      return;
    }
    const news = kept.filter(({ id }) => !this.#gone.has(id) && !this.#find(id));
    this.entries.update((entries) => inOrder([...news, ...entries]));
    this.#attend();
    this.#isLoaded();
  }

  /** Shown at once, but it leaves only when it is on disk: what was seen to be sent isn't lost with the page. */
  async #keep(entry: Entry): Promise<void> {
    this.#gone.delete(entry.id);
    this.#unkept.add(entry.id);
    this.#show(entry);
    const error = await this.#drawer.put([entry]).then(
      () => null,
      (refusal: Error) => `not kept: ${refusal.message}`,
    );
    this.#unkept.delete(entry.id);
    if (this.#gone.has(entry.id)) return this.drop(entry.id); // dropped while it was written
    if (error !== null) this.#show({ ...entry, fate: "failed", error });
    void this.#pump();
  }

  readonly #theirs = ({ kept, gone }: News<Entry>): void => {
    for (const entry of kept) {
      if (this.#gone.has(entry.id)) continue;
      if (entry.fate === "sent") this.#patience.begin(entry.id);
      this.#show(entry);
    }
    this.#forget(gone);
  };

  /** Where a receipt is expected one has to be, or nobody would hear it. */
  #attend(): void {
    const expected = this.entries.get().filter(({ kind, fate }) => fate !== "failed" && this.ways[kind].receipt);
    this.#attendance.at(new Set(expected.map(({ project }) => project)));
  }

  /** After a reconnect nobody knows what has arrived: all of it once more. */
  readonly #resend = (project: string): void => {
    for (const entry of this.entries.get()) if (entry.project === project) this.#patience.end(entry.id);
    void this.#pump();
  };

  /** Sends what waits, and what was sent and has had no receipt for long, in order, one at a time. */
  async #pump(): Promise<void> {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#again) {
      this.#again = false;
      let held = false;
      for (const { id, kind } of this.entries.get()) {
        if (held && this.ways[kind].inOrder) continue;
        if (!(await this.#send(id))) held ||= this.ways[kind].inOrder;
      }
    }
    this.#pumping = false;
  }

  /** Whether those behind it may follow. */
  async #send(id: string): Promise<boolean> {
    const entry = this.#find(id);
    if (!entry || !this.#isDue(entry)) return true;
    if (this.#unkept.has(id)) return false;
    try {
      const settlement = await this.ways[entry.kind].send(entry);
      if (settlement) this.settle(id, settlement);
      else this.#sent(id);
      return true;
    } catch (error) {
      return this.#unsent(id, error);
    }
  }

  #isDue({ id, fate }: Entry): boolean {
    return fate === "waiting" || (fate === "sent" && this.#patience.isOver(id));
  }

  #sent(id: string): void {
    if (this.#find(id)) this.#patience.begin(id); // its receipt may have come first
    this.#change(id, { fate: "sent", error: null });
  }

  #unsent(id: string, error: unknown): boolean {
    const final = error instanceof Refused || (error instanceof Problem && error.isFinal);
    if (final) this.#change(id, { fate: "failed", error: (error as Error).message });
    else if (error instanceof Problem) this.#change(id, { error: error.message });
    return !(error instanceof ConnectionLost);
  }

  #find(id: string): Entry | undefined {
    return this.entries.get().find((each) => each.id === id);
  }

  #change(id: string, change: Partial<Entry>): void {
    const entry = this.#find(id);
    if (!entry) return;
    const changed = { ...entry, ...change };
    if (changed.fate === entry.fate && changed.error === entry.error) return;
    this.#show(changed);
    this.#drawer.replace([changed]).catch(() => {}); // the next page sends it once more, and hears the same
  }

  #show(entry: Entry): void {
    this.entries.update((entries) => {
      if (entries.some(({ id }) => id === entry.id)) return entries.map((each) => (each.id === entry.id ? entry : each));
      return inOrder([...entries, entry]);
    });
    this.#attend();
  }

  #forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#gone.add(id);
      this.#patience.end(id);
    }
    this.entries.update((entries) => entries.filter(({ id }) => !ids.includes(id)));
    this.#attend();
  }

  #isReceipt(topic: string): boolean {
    return topic.endsWith(`/receipt/${this.me}`) && parseTopic(topic).source === this.me;
  }

  #receipt({ ids }: Receipt): void {
    for (const [id, outcome] of Object.entries(ids ?? {})) this.settle(id, { outcome });
  }
}

function inOrder(entries: Entry[]): readonly Entry[] {
  return entries.sort((a, b) => a.at - b.at);
}
