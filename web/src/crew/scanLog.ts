/** Every scan of this phone, in whatever project: kept, sent, and told what became of it. */

import { now } from "../live/clock";
import type { Disk } from "../live/disk";
import { Drawer, type News } from "../live/drawer";
import type { Entry, Outbox, Settlement } from "../live/outbox";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import { uuid } from "../live/uuid";
import { AGAIN_MS, doneBefore, merged, payloadOf, settled, verdictOf, withScan, type Aim, type Scanned, type Verdict } from "./scans";

const STALE_MS = 15_000; // what was scanned longer ago is answered without a sound

export class ScanLog {
  readonly list = new Store<readonly Scanned[]>([]);
  readonly latest = new Store<Scanned | null>(null); // the one last scanned or answered
  readonly #drawer: Drawer<Scanned>;
  readonly #session = now();
  readonly #stops: (() => void)[] = [];

  constructor(
    readonly me: string,
    readonly outbox: Outbox,
    readonly signal: (verdict: Verdict) => void,
    disk?: () => Promise<Disk>,
  ) {
    this.#drawer = new Drawer({ name: `scans/${me}`, keyOf: ({ id }) => id, durability: "relaxed" }, disk);
  }

  start(): void {
    this.#stops.push(
      this.outbox.onSettled(this.#answered),
      this.outbox.entries.subscribe(this.#refused),
      this.#drawer.onOthers(this.#theirs),
    );
    void this.#load();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** One tag seen or typed, once. Throws OutboxFull. */
  scan(project: string, tag: string, symbology: string | null, aim: Aim): void {
    const id = uuid();
    const fresh: Scanned = { id, project, at: now(), tag, symbology, ...aim, verdict: "waiting", before: null, error: null };
    const before = doneBefore(this.list.get(), fresh, this.#session);
    const again = before !== null && fresh.at - before < AGAIN_MS;
    const scanned: Scanned = { ...fresh, before, verdict: again ? "duplicate" : "waiting" };
    if (!again) this.outbox.add("scan", project, payloadOf(scanned), id);
    this.#change((list) => withScan(list, scanned));
    this.latest.set(scanned);
    this.signal(before === null ? "waiting" : "duplicate");
  }

  clear(project: string): void {
    this.#change((list) => list.filter((scan) => scan.project !== project || scan.verdict === "waiting"));
    this.latest.set(null);
  }

  async #load(): Promise<void> {
    await this.#drawer.takeOver(new Shelf<readonly Scanned[]>("scans"), [this.me], (scans) => scans);
    const kept = await this.#drawer.all().catch(() => []); // it can't be read: what waits is in the outbox
    this.list.update((list) => merged(kept, list));
    await this.outbox.loaded;
    this.#refused();
    this.#sendForgotten();
  }

  readonly #theirs = ({ kept, gone }: News<Scanned>): void =>
    this.list.update((list) => merged(list, kept).filter(({ id }) => !gone.includes(id)));

  /** One that waits here but not in the outbox was answered while nobody listened: under its id, the answer is the same. */
  #sendForgotten(): void {
    const sent = new Set(this.outbox.entries.get().map(({ id }) => id));
    for (const scan of this.list.get().toReversed()) {
      if (scan.verdict === "waiting" && !sent.has(scan.id)) this.outbox.add("scan", scan.project, payloadOf(scan), scan.id);
    }
  }

  readonly #answered = ({ kind, id }: Entry, { outcome }: Settlement): void => {
    if (kind === "scan") this.#settle(id, { verdict: verdictOf(outcome) });
  };

  readonly #refused = (): void => {
    for (const { id, kind, fate, error } of this.outbox.entries.get()) {
      const scan = kind === "scan" ? this.list.get().find((each) => each.id === id) : undefined;
      if (!scan) continue;
      if (fate === "failed" && scan.verdict !== "refused") this.#settle(id, { verdict: "refused", error });
      if (fate !== "failed" && scan.verdict === "refused") this.#settle(id, { verdict: "waiting", error: null });
    }
  };

  #settle(id: string, change: Partial<Scanned> & { verdict: Verdict }): void {
    const scan = this.list.get().find((each) => each.id === id);
    if (!scan) return;
    this.#change((list) => settled(list, id, change));
    if (now() - scan.at > STALE_MS) return;
    this.latest.set({ ...scan, ...change });
    if (change.verdict !== "ok" || scan.before === null) this.signal(change.verdict);
  }

  #change(change: (list: readonly Scanned[]) => readonly Scanned[]): void {
    const before = this.list.get();
    this.list.update(change);
    this.#write(before, this.list.get()).catch(() => {}); // no room: it lasts as long as the page; what waits is in the outbox
  }

  async #write(before: readonly Scanned[], after: readonly Scanned[]): Promise<void> {
    const known = new Map(before.map((scan) => [scan.id, scan]));
    const left = new Set(after.map(({ id }) => id));
    await Promise.all([
      this.#drawer.put(after.filter(({ id }) => !known.has(id))),
      this.#drawer.replace(after.filter((scan) => known.has(scan.id) && known.get(scan.id) !== scan)),
      this.#drawer.delete([...known.keys()].filter((id) => !left.has(id))),
    ]);
  }
}
