/** How far one has read, what is unread therefore, and how far everybody else is. */

import { buildTopic } from "../contract/topics";
import type { Read } from "../contract/types";
import { instant } from "../design/times";
import { now } from "../live/clock";
import { ConnectionLost, type Realtime } from "../live/realtime";
import { Problem } from "../live/rest";
import { Store } from "../live/store";
import * as api from "./api";
import { allRead, answered, countOf, NO_TALLY, storedIds, type Count, type Tally } from "./unread";

const SEND_MS = 1000; // one's mark is published no more often
const ASK_MS = 300; // several marks of one's own from elsewhere are one question
const AGAIN_MS = 5000; // after a question that wasn't answered

export class Reading {
  readonly unread = new Store<Count>(countOf(NO_TALLY));
  readonly answered = new Store(false); // whether the server has said what is unread since the page is open
  readonly marks = new Store<ReadonlyMap<string, Read>>(new Map()); // by person, the newest `at`
  #tally = NO_TALLY;
  #wanted: Read | null = null; // the last mark of one's own made here
  #owed = false; // whether it has still to be published
  #sentAt = -Infinity;
  #questions = 0;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #sending: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly project: string,
    readonly me: string,
    readonly realtime: Realtime,
  ) {}

  close(): void {
    this.#questions++; // nobody waits for an answer any more
    clearTimeout(this.#asking);
    clearTimeout(this.#sending);
  }

  joined(): void {
    void this.ask();
    if (this.#owed) this.#send();
  }

  /** Somebody's mark; one's own may come from another device, and is news unless it was made here. */
  mark(person: string, read: Read): void {
    const known = this.marks.get().get(person);
    if (known && instant(known.at) >= instant(read.at)) return;
    this.marks.update((marks) => new Map(marks).set(person, read));
    if (person === this.me && read.id !== this.#wanted?.id) this.#askSoon();
  }

  tally(change: (tally: Tally) => Tally): void {
    this.#tally = change(this.#tally);
    const count = countOf(this.#tally);
    const shown = this.unread.get();
    const same = count.count === shown.count && count.mentions === shown.mentions && count.first === shown.first;
    if (!same) this.unread.set(count);
  }

  /** Everything is read, `last` being what was stored last. */
  read(last: string | null): void {
    if (this.unread.get().count > 0) {
      this.#questions++; // what is being answered now doesn't know
      this.tally(allRead);
    }
    if (last === null || last === this.#wanted?.id || last === this.marks.get().get(this.me)?.id) return;
    this.#wanted = { id: last, at: new Date(now()).toISOString() };
    this.#owed = true;
    this.#send();
  }

  async ask(): Promise<void> {
    clearTimeout(this.#asking);
    const question = ++this.#questions;
    const counted = storedIds(this.#tally);
    try {
      const answer = await api.unread(this.project, this.#wanted?.id);
      if (question !== this.#questions) return;
      this.tally((tally) => answered(tally, answer, counted));
      this.answered.set(true);
    } catch (error) {
      const live = this.realtime.connection.get().phase === "live"; // else the next join asks again
      const final = error instanceof Problem && error.isFinal;
      if (live && !final && question === this.#questions) this.#askSoon(AGAIN_MS);
    }
  }

  #askSoon(ms = ASK_MS): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.ask(), ms);
  }

  #send(): void {
    clearTimeout(this.#sending);
    this.#sending = setTimeout(() => void this.#publish(), Math.max(0, this.#sentAt + SEND_MS - Date.now()));
  }

  async #publish(): Promise<void> {
    const read = this.#wanted;
    this.#sentAt = Date.now();
    try {
      await this.realtime.publish(buildTopic(this.project, "read", this.me), read);
    } catch (error) {
      if (error instanceof ConnectionLost) return; // sent again after the next join
    }
    if (read === this.#wanted) this.#owed = false;
  }
}
