/** The notices of a project: made of what changes in its parts, kept in the browser, the same in every tab of it. */

import type { Conversation } from "../chat/conversation";
import type { Stock } from "../equipment/stock";
import { now } from "../live/clock";
import type { Part } from "../live/feed";
import type { Realtime } from "../live/realtime";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import type { Fleet } from "../movers/fleet";
import { fold, merge, SAID, see, type Notice, type Notices, type Observed } from "./notice";
import { missing, ofChat, ofItems, ofSources } from "./observe";
import { Ringer } from "./ringer";

const LOOK_MS = 5000; // how often it is asked who has gone silent
const DEAF_MS = 25_000; // who has heard nothing themselves for so long doesn't call others silent
const BACK_MS = 12 * 3_600_000; // what came this long before the last visit may still be new: sent late, or in another browser
const SETTLE_MS = 5000; // what is found on the very first visit is listed without a sound

interface Kept {
  readonly visited: number; // ms since 1970
  readonly notices: Notices;
}

interface Parts {
  readonly fleet: Fleet;
  readonly conversation: Conversation;
  readonly stock: Stock;
}

export class Centre implements Part {
  readonly notices = new Store<Notices>([]);
  readonly hears = {};
  readonly #shelf: Shelf<Kept>;
  readonly #ringer: Ringer;
  readonly #stops: (() => void)[] = [];
  #horizon = 0;
  #ringsFrom = 0; // ms since 1970
  #joined = false;

  constructor(
    readonly project: string,
    readonly me: string,
    readonly parts: Parts,
    readonly realtime: Realtime,
  ) {
    this.#shelf = new Shelf(`notices/${me}`);
    this.#ringer = new Ringer(project, me, this.#nameOf, (key) =>
      this.notices.get().some((notice) => notice.key === key && notice.seen),
    );
  }

  open(): void {
    const kept = this.#shelf.get(this.project);
    this.#horizon = (kept?.visited ?? now()) - BACK_MS;
    this.#ringsFrom = kept ? 0 : Infinity;
    this.#joined = false;
    this.notices.set(kept?.notices ?? []);
    const { conversation, stock } = this.parts;
    const timer = setInterval(this.#look, LOOK_MS);
    this.#stops.push(
      onChange(conversation.chat, (before, after) => {
        this.#take(ofChat(this.me, before, after));
        for (const id of missing(this.me, before, after, this.#horizon)) void conversation.history.find(id);
      }),
      onChange(stock.items, (before, after) => this.#take(ofItems(this.me, before, after))),
      conversation.unread.subscribe(this.#read),
      conversation.reading.answered.subscribe(this.#read),
      this.#shelf.onOthers(() => this.#set(merge(this.notices.get(), this.#shelf.get(this.project)?.notices ?? []))),
      () => clearInterval(timer),
    );
    this.#ringer.open();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#ringer.close();
    if (this.#joined) this.#keep();
  }

  joined(): void {
    this.#joined = true;
    this.#ringsFrom = Math.min(this.#ringsFrom, Date.now() + SETTLE_MS);
    this.#look();
    this.#keep();
  }

  /** Marks those as seen that `which` picks, or all. */
  see(which: (notice: Notice) => boolean = () => true): void {
    const seen = see(this.notices.get(), which, now());
    if (seen === this.notices.get()) return;
    this.notices.set(seen);
    this.#keep();
  }

  /** Who has read the chat has seen what was said there. */
  readonly #read = (): void => {
    const { unread, reading } = this.parts.conversation;
    if (reading.answered.get() && unread.get().count === 0) this.see(({ kind }) => SAID.includes(kind));
  };

  readonly #look = (): void => {
    const { sources, positions, presences } = this.parts.fleet;
    const live = this.realtime.connection.get().phase === "live" && Date.now() - this.realtime.heardAt < DEAF_MS;
    if (live && this.#joined) this.#take(ofSources(sources.get(), positions.fixes, presences.get(), now()));
  };

  #take(observed: readonly Observed[]): void {
    const known = this.notices.get();
    const next = fold(known, observed, this.#horizon, now());
    if (next === known) return;
    this.#set(next);
    this.#keep();
  }

  #set(next: Notices): void {
    const known = new Set(this.notices.get().map(({ key }) => key));
    this.notices.set(next);
    const fresh = next.filter(({ key, seen, until }) => !known.has(key) && !seen && until === null);
    if (Date.now() >= this.#ringsFrom) this.#ringer.ring(fresh);
  }

  /** Whatever other tabs have put there stays. */
  #keep(): void {
    const theirs = this.#shelf.get(this.project)?.notices ?? [];
    this.#set(merge(this.notices.get(), theirs));
    try {
      this.#shelf.set(this.project, { visited: now(), notices: this.notices.get() });
    } catch {
      // a browser without room left has them until the page is closed
    }
  }

  readonly #nameOf = (slug: string): string =>
    this.parts.fleet.sources.get().find((source) => source.slug === slug)?.name ?? slug;
}

function onChange<T>(store: Store<T>, tell: (before: T, after: T) => void): () => void {
  let before = store.get();
  return store.subscribe(() => {
    const after = store.get();
    const last = before;
    before = after;
    tell(last, after);
  });
}
