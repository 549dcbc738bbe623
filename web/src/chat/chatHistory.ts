/** The stored chat: its newest page on opening, older ones when asked, and what changed while one was away. */

import * as api from "./api";
import type { ChatRow } from "../contract/types";
import { instant } from "../design/times";
import { caughtUp, messageOf, mergeRows, type Chat, type Message } from "./chat";
import { LOADING, loading, type Loading } from "../live/loading";
import { Store } from "../live/store";

const MOST = 500; // rows the server gives at once
const FAR = 4; // pages of that: how far back a message is reached by paging

export class ChatHistory {
  readonly loading = new Store<Loading>(LOADING);
  readonly hasOlder = new Store(false);
  readonly loadingOlder = new Store(false);
  #oldest: number | null = null; // number of the first row of the first page: pages go by time, not by number
  #catching: Promise<void> | null = null;
  #again = false;

  /** `onRows` is told of everything that was fetched. */
  constructor(
    readonly project: string,
    readonly chat: Store<Chat>,
    readonly onRows: (rows: readonly ChatRow[]) => void,
  ) {}

  async load(): Promise<void> {
    await loading(this.loading, async () => {
      const { rows, more } = await api.chat(this.project);
      this.#page(rows, more, caughtUp);
    });
  }

  async loadOlder(limit?: number): Promise<void> {
    if (this.#oldest === null || !this.hasOlder.get() || this.loadingOlder.get()) return;
    this.loadingOlder.set(true);
    try {
      const { rows, more } = await api.chat(this.project, { before: this.#oldest, limit });
      this.#page(rows, more, mergeRows);
    } catch {
      // asked again at the next scroll
    } finally {
      this.loadingOlder.set(false);
    }
  }

  /** Fetches every change since the last look, of however old messages; asked again meanwhile, it looks once more. */
  catchUp(): Promise<void> {
    this.#again = true;
    this.#catching ??= this.#fetchMissed().finally(() => (this.#catching = null));
    return this.#catching;
  }

  /** Fetches a message that isn't here. Null when it can't be had. */
  async find(id: string): Promise<Message | null> {
    try {
      if (!messageOf(this.chat.get(), id)) this.#take([await api.message(this.project, id)], mergeRows);
    } catch {
      return null; // whoever looks for it says so
    }
    return messageOf(this.chat.get(), id) ?? null;
  }

  /** Pages back until a message is among what is shown; false when it is too far or gone. */
  async reach(id: string): Promise<boolean> {
    const message = await this.find(id);
    if (!message) return false;
    for (let pages = 0; message.at < this.chat.get().from && pages < FAR; pages++) await this.loadOlder(MOST);
    return message.at >= this.chat.get().from;
  }

  async #fetchMissed(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        if (!this.loading.get().done) await this.load();
        if (this.loading.get().done) await this.#fetchAfter();
      }
    } catch {
      // the next join tries again
    }
  }

  async #fetchAfter(): Promise<void> {
    for (let more = true; more;) {
      const page = await api.chat(this.project, { after: this.chat.get().revision, limit: MOST });
      this.#take(page.rows, caughtUp);
      more = page.more && page.rows.length > 0;
    }
  }

  #page(rows: readonly ChatRow[], more: boolean, merge: typeof mergeRows): void {
    const [first] = rows;
    this.#oldest = first?.number ?? this.#oldest;
    this.hasOlder.set(more && first !== undefined);
    const from = more && first ? instant(first.at) : -Infinity;
    this.#take(rows, (chat) => ({ ...merge(chat, rows), from }));
  }

  #take(rows: readonly ChatRow[], merge: typeof mergeRows): void {
    this.chat.update((chat) => merge(chat, rows));
    this.onRows(rows);
  }
}
