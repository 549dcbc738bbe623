/** Statuses that one asks for: how they are sent, and what one has to know of what became of them. */

import { STATUSES, type ItemStatus, type Status } from "../contract/types";
import { instant } from "../design/times";
import { now } from "../live/clock";
import { OutboxFull, type Entry, type Outbox } from "../live/outbox";
import { Store, type Readable } from "../live/store";
import { uuid } from "../live/uuid";
import type { AskedStatus } from "../live/ways";
import { askedIn, statusOf } from "./asked";
import type { Items } from "./items";

interface Kept {
  readonly id: string;
  readonly codes: readonly string[];
  readonly status: Status; // asked for
}

/** `done` can be undone, `overruled` was changed by somebody since, `unkept` couldn't even be kept to be sent. */
export type Note =
  | (Kept & { readonly kind: "done"; readonly before: ReadonlyMap<string, Status> })
  | (Kept & { readonly kind: "overruled"; readonly by: ItemStatus })
  | (Kept & { readonly kind: "unkept"; readonly error: string });

export class Changes {
  readonly notes = new Store<readonly Note[]>([]);
  readonly #before = new Map<string, ReadonlyMap<string, Status>>(); // by the id of what can be undone

  constructor(
    readonly project: string,
    readonly outbox: Outbox,
    readonly items: Readable<Items>,
  ) {}

  /** Asks for a status of all these items at once, as far as they haven't got it; what was asked of them before gives way. */
  ask(codes: readonly string[], status: Status, undoable = false): void {
    const asked = askedIn(this.outbox.entries.get());
    const known = codes.flatMap((code) => this.items.get().byCode.get(code) ?? []);
    const wanting = known.filter((item) => statusOf(item, asked.get(item.code)) !== status);
    if (wanting.length === 0) return;
    this.#forget(new Set(wanting.map(({ code }) => code)));
    const id = uuid();
    if (undoable) this.#before.set(id, new Map(wanting.map((item) => [item.code, item.status])));
    this.#send(id, { codes: wanting.map(({ code }) => code), status, id, at: after(wanting) });
  }

  /** Back to what each item was, unless somebody has changed it since; one request for each such status. */
  undo({ id, status, before }: Note & { kind: "done" }): void {
    this.dismiss(id);
    const { byCode } = this.items.get();
    const ours = [...before].filter(([code]) => byCode.get(code)?.status === status);
    for (const was of STATUSES) this.ask(ours.flatMap(([code, each]) => (each === was ? [code] : [])), was);
  }

  /** Once more, as if it was clicked now. */
  again({ id, codes, status }: Pick<Kept, "id" | "codes" | "status">): void {
    this.dismiss(id);
    this.ask(codes, status);
  }

  /** Enough of a note, or of what was refused. */
  dismiss(id: string): void {
    this.outbox.drop(id);
    this.notes.update((notes) => notes.filter((note) => note.id !== id));
  }

  settled(entry: Entry, items: readonly ItemStatus[]): void {
    const { codes, status, at } = entry.payload as AskedStatus;
    const lost = items.filter((item) => item.status !== status && instant(item.at) > instant(at));
    const [by] = lost;
    if (by) this.#note({ kind: "overruled", id: uuid(), codes: lost.map(({ code }) => code), status, by });
    const before = this.#before.get(entry.id);
    this.#before.delete(entry.id);
    if (before) this.#note({ kind: "done", id: entry.id, codes, status, before });
  }

  #send(id: string, asked: AskedStatus): void {
    try {
      this.outbox.add("status", this.project, asked, id);
    } catch (error) {
      if (!(error instanceof OutboxFull)) throw error;
      this.#note({ kind: "unkept", id, codes: asked.codes, status: asked.status, error: error.message });
    }
  }

  #note(note: Note): void {
    this.notes.update((notes) => [...notes.filter(({ kind }) => kind !== "done" || note.kind !== "done"), note]);
  }

  /** What was asked of these items and of no others. */
  #forget(codes: ReadonlySet<string>): void {
    const replaced = (each: { codes: readonly string[] }) => each.codes.every((code) => codes.has(code));
    for (const { id, kind, payload } of this.outbox.entries.get()) {
      if (kind !== "status" || !replaced(payload as AskedStatus)) continue;
      this.outbox.drop(id);
      this.#before.delete(id);
    }
    this.notes.update((notes) => notes.filter((note) => note.kind === "done" || !replaced(note)));
  }
}

/** Now, but after what one saw when one clicked, whoever's clock that was. */
function after(seen: readonly ItemStatus[]): string {
  return new Date(Math.max(now(), ...seen.map(({ at }) => instant(at) + 1))).toISOString();
}
