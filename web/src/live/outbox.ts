/**
 * What this person has sent and nobody has confirmed yet. It is kept in the browser until it is settled, so that a reload or a
 * night without signal loses nothing; each entry has an id that makes it the same one however often it is sent.
 */

import type { Receipt } from "../contract/types";
import { parseTopic } from "../contract/topics";
import { now } from "./clock";
import { Refused, type Realtime } from "./realtime";
import { Problem } from "./rest";
import { Shelf } from "./shelf";
import { Store } from "./store";
import { uuid } from "./uuid";

export type EntryKind = "chat" | "revision" | "scan" | "status";

/** `waiting` for the line, `sent` and on its way to be stored, `failed` when it was refused and somebody must decide. */
export type Fate = "waiting" | "sent" | "failed";

export interface Entry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly project: string;
  readonly at: number; // ms since 1970
  readonly payload: unknown;
  readonly fate: Fate;
  readonly error: string | null; // why it has failed, or still waits
}

/** What became of an entry, with the server's answer if there was one. */
export interface Settlement {
  readonly outcome: string;
  readonly answer?: unknown;
}

/** How one kind of entry leaves; null when a receipt is going to say what became of it. */
export interface Way {
  send: (entry: Entry) => Promise<Settlement | null>;
  receipt: boolean; // whether the answer is a receipt, which is only heard in a project that was joined
  refuses: (outcome: string) => boolean; // whether somebody has to do something about such an outcome
}

export type Ways = Record<EntryKind, Way>;

export class OutboxFull extends Error {}

const MOST = 1000;
const RETRY_MS = 5000;

export class Outbox {
  readonly entries = new Store<readonly Entry[]>([]);
  readonly #shelf: Shelf<Entry>;
  readonly #settled = new Set<(entry: Entry, settlement: Settlement) => void>();
  readonly #joined = new Set<string>(); // projects joined for the sake of what waits for them
  readonly #stops: (() => void)[] = [];
  #pumping = false;
  #again = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly me: string,
    readonly realtime: Realtime,
    readonly ways: Ways,
  ) {
    this.#shelf = new Shelf(`outbox/${me}`);
  }

  start(): void {
    this.#load();
    this.#stops.push(
      this.#shelf.onOthers(this.#load),
      this.realtime.onJoined(this.#resend),
      this.realtime.onEnvelopes((envelopes) => {
        for (const { topic, payload } of envelopes) if (this.#isReceipt(topic)) this.#receipt(payload as Receipt);
      }),
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#retry);
    for (const project of this.#joined) this.realtime.leave(project);
    this.#joined.clear();
  }

  /** Keeps it, then sends it as soon as that is possible. Throws OutboxFull. */
  add(kind: EntryKind, project: string, payload: unknown, id: string = uuid()): Entry {
    const entry: Entry = { id, kind, project, at: now(), payload, fate: "waiting", error: null };
    if (this.entries.get().length >= MOST) throw new OutboxFull(`${MOST} things wait to be sent already`);
    try {
      this.#shelf.set(id, entry);
    } catch {
      throw new OutboxFull("this browser has no room left to keep what waits to be sent");
    }
    this.entries.update((entries) => [...entries, entry]);
    this.#joinWhereNeeded();
    void this.#pump();
    return entry;
  }

  retry(id: string): void {
    this.#change(id, { fate: "waiting", error: null });
    void this.#pump();
  }

  drop(id: string): void {
    this.#shelf.delete(id);
    this.entries.update((entries) => entries.filter((entry) => entry.id !== id));
    this.#joinWhereNeeded();
  }

  /** What became of an entry, from whoever knows it: a receipt, or the thing itself among what is stored. */
  settle(id: string, settlement: Settlement): void {
    const entry = this.entries.get().find((each) => each.id === id);
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

  readonly #load = (): void => {
    const kept = this.#shelf.all().sort((a, b) => a.at - b.at);
    this.entries.set(kept);
    this.#joinWhereNeeded();
  };

  #joinWhereNeeded(): void {
    const expected = this.entries.get().filter(({ kind, fate }) => fate !== "failed" && this.ways[kind].receipt);
    const needed = new Set(expected.map(({ project }) => project));
    for (const project of needed) {
      if (this.#joined.has(project)) continue;
      this.#joined.add(project);
      this.realtime.attend(project);
    }
    for (const project of [...this.#joined]) {
      if (needed.has(project)) continue;
      this.#joined.delete(project);
      this.realtime.leave(project);
    }
  }

  /** After a reconnect nobody knows what has arrived: all of it once more. */
  readonly #resend = (project: string): void => {
    for (const entry of this.entries.get()) {
      if (entry.project === project && entry.fate === "sent") this.#change(entry.id, { fate: "waiting" });
    }
    void this.#pump();
  };

  /** Sends what waits, in order, one at a time. */
  async #pump(): Promise<void> {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#again) {
      this.#again = false;
      const waiting = this.entries.get().filter(({ fate }) => fate === "waiting");
      for (const { id } of waiting) await this.#send(id);
    }
    this.#pumping = false;
  }

  async #send(id: string): Promise<void> {
    const entry = this.entries.get().find((each) => each.id === id && each.fate === "waiting");
    if (!entry) return;
    try {
      const settlement = await this.ways[entry.kind].send(entry);
      if (settlement) this.settle(id, settlement);
      else this.#change(id, { fate: "sent" });
    } catch (error) {
      const final = error instanceof Refused || (error instanceof Problem && error.isFinal);
      if (final) this.#change(id, { fate: "failed", error: (error as Error).message });
      else if (error instanceof Problem) this.#later(id, error.message);
    }
  }

  #later(id: string, error: string): void {
    this.#change(id, { error });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#pump(), RETRY_MS);
  }

  #change(id: string, change: Partial<Entry>): void {
    const entry = this.entries.get().find((each) => each.id === id);
    if (!entry) return;
    const changed = { ...entry, ...change };
    this.#shelf.set(id, changed);
    this.entries.update((entries) => entries.map((each) => (each.id === id ? changed : each)));
    this.#joinWhereNeeded();
  }

  #isReceipt(topic: string): boolean {
    return topic.endsWith(`/receipt/${this.me}`) && parseTopic(topic).source === this.me;
  }

  #receipt({ ids }: Receipt): void {
    for (const [id, outcome] of Object.entries(ids ?? {})) this.settle(id, { outcome });
  }
}
