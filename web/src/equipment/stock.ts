/** The equipment of a project as it was said last, and one's own changes on their way. */

import type { ItemStatus } from "../contract/types";
import type { Heard, Part } from "../live/feed";
import { LOADING, loading, type Loading } from "../live/loading";
import type { Entry, Outbox, Settlement } from "../live/outbox";
import { Store } from "../live/store";
import * as api from "./api";
import { clearItem, mergeItems, NO_ITEMS, replaceItems, type Items } from "./items";

export class Stock implements Part {
  readonly items = new Store<Items>(NO_ITEMS);
  readonly loading = new Store<Loading>(LOADING);
  readonly #heard = new Set<string>(); // since the list was last asked for
  readonly #stops: (() => void)[] = [];

  constructor(
    readonly project: string,
    readonly outbox: Outbox,
  ) {}

  readonly hears = {
    equipment: (heard: readonly Heard[]) => {
      const cleared = heard.filter(({ payload }) => payload === null);
      const said = heard.flatMap(({ payload }) => (payload === null ? [] : [payload as ItemStatus]));
      for (const { source } of heard) this.#heard.add(source);
      this.items.update((items) =>
        mergeItems(cleared.reduce((left, { project, source }) => clearItem(left, project, source), items), said),
      );
    },
  };

  open(): void {
    this.#stops.push(this.outbox.onSettled(this.#settled));
    void this.load();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
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

  readonly #settled = ({ kind }: Entry, { answer }: Settlement): void => {
    if (kind === "status") this.items.update((items) => mergeItems(items, answer as ItemStatus[]));
  };
}
