/** The equipment of a project as it was said last, and one's own changes on their way. */

import type { ItemStatus } from "../contract/types";
import type { Heard, Part } from "../live/feed";
import { LOADING, loading, type Loading } from "../live/loading";
import type { Entry, Outbox, Settlement } from "../live/outbox";
import { Store } from "../live/store";
import * as api from "./api";
import { Changes } from "./changes";
import { clearItems, mergeItems, NO_ITEMS, replaceItems, type Items } from "./items";
import { NO_INDEX, reindex, type Index } from "./search";

const GATHER_MS = 50; // a thousand items that change at once come one by one, and are one change of the list
const TAGS_MS = 5000; // after an item nobody knew was heard of, its tags are asked for no sooner

export class Stock implements Part {
  readonly items = new Store<Items>(NO_ITEMS);
  readonly loading = new Store<Loading>(LOADING);
  readonly search = new Store(""); // outlives the pane
  readonly changes: Changes;
  readonly #heard = new Set<string>(); // since the list was last asked for
  readonly #gathered = new Map<string, Heard>(); // the last word of each topic
  readonly #stops: (() => void)[] = [];
  #takeTimer: ReturnType<typeof setTimeout> | undefined;
  #taken = 0; // ms since 1970
  #index = NO_INDEX;
  #tagsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly project: string,
    readonly outbox: Outbox,
  ) {
    this.changes = new Changes(project, outbox, this.items);
  }

  readonly hears = {
    equipment: (heard: readonly Heard[]) => {
      for (const each of heard) {
        this.#heard.add(each.source);
        this.#gathered.set(`${each.project}/${each.source}`, each);
      }
      this.#takeTimer ??= setTimeout(this.#take, Math.max(0, this.#taken + GATHER_MS - Date.now()));
    },
  };

  open(): void {
    this.#stops.push(this.outbox.onSettled(this.#settled));
    void this.load();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#takeTimer);
    clearTimeout(this.#tagsTimer);
  }

  joined(): void {
    if (this.loading.get().done) void this.load(); // some may have left the project meanwhile
  }

  async load(): Promise<void> {
    await loading(this.loading, async () => {
      this.#heard.clear();
      const rows = await api.items(this.project);
      this.items.update((items) => replaceItems(items, rows, this.#heard));
    });
  }

  /** Of the items as they are now. */
  index(): Index {
    this.#index = reindex(this.#index, this.items.get());
    return this.#index;
  }

  readonly #take = (): void => {
    const heard = [...this.#gathered.values()];
    this.#gathered.clear();
    this.#takeTimer = undefined;
    this.#taken = Date.now();
    const cleared = heard.filter(({ payload }) => payload === null);
    const said = heard.flatMap(({ payload }) => (payload === null ? [] : [payload as ItemStatus]));
    this.#meet(said);
    this.items.update((items) => mergeItems(clearItems(items, cleared), said));
  };

  /** An item that has just come to the project: what is printed on it is only in the list. */
  #meet(said: readonly ItemStatus[]): void {
    const { byCode } = this.items.get();
    const known = !this.loading.get().done || said.every(({ code }) => byCode.has(code));
    if (known || this.#tagsTimer !== undefined) return;
    this.#tagsTimer = setTimeout(() => {
      this.#tagsTimer = undefined;
      void this.load();
    }, TAGS_MS);
  }

  readonly #settled = (entry: Entry, { answer }: Settlement): void => {
    if (entry.kind !== "status") return;
    this.items.update((items) => mergeItems(items, answer as ItemStatus[]));
    this.changes.settled(entry, answer as ItemStatus[]);
  };
}
