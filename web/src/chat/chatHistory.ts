/** The stored chat: its newest page on opening, older ones when asked, and what was missed while away. */

import * as api from "./api";
import type { ChatRow } from "../contract/types";
import { mergeRows, type Chat } from "./chat";
import { LOADING, loading, type Loading } from "../live/loading";
import { Store } from "../live/store";

export class ChatHistory {
  readonly loading = new Store<Loading>(LOADING);
  readonly hasOlder = new Store(false);
  readonly loadingOlder = new Store(false);
  #oldest: number | null = null; // number of the first row of the first page: pages go by time, not by number
  #catchingUp = false;

  constructor(
    readonly project: string,
    readonly chat: Store<Chat>,
  ) {}

  async load(): Promise<void> {
    await loading(this.loading, async () => {
      const { rows, more } = await api.chat(this.project);
      this.#page(rows, more);
    });
  }

  async loadOlder(): Promise<void> {
    if (this.#oldest === null || this.loadingOlder.get()) return;
    this.loadingOlder.set(true);
    try {
      const { rows, more } = await api.chat(this.project, { before: this.#oldest });
      this.#page(rows, more);
    } catch {
      // asked again at the next scroll
    } finally {
      this.loadingOlder.set(false);
    }
  }

  /** Fetches all that was stored since the last look, and the newest page again for its edits. */
  async catchUp(): Promise<void> {
    if (this.#catchingUp || !this.loading.get().done) return;
    this.#catchingUp = true;
    try {
      await this.#fetchMissed();
      this.#merge((await api.chat(this.project)).rows);
    } catch {
      // the next join tries again
    } finally {
      this.#catchingUp = false;
    }
  }

  async #fetchMissed(): Promise<void> {
    for (let more = true; more;) {
      const page = await api.chat(this.project, { after: this.chat.get().newest ?? 0 });
      this.#merge(page.rows);
      more = page.more && page.rows.length > 0;
    }
  }

  #page(rows: readonly ChatRow[], more: boolean): void {
    this.#oldest = rows[0]?.number ?? this.#oldest;
    this.hasOlder.set(more && rows.length > 0);
    this.#merge(rows);
  }

  #merge(rows: readonly ChatRow[]): void {
    this.chat.update((chat) => mergeRows(chat, rows));
  }
}
