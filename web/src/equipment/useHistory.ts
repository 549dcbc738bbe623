import { useEffect, useMemo } from "react";
import type { ItemEvent, ItemStatus } from "../contract/types";
import { LOADING, loading, type Loading } from "../live/loading";
import { Store, useStore } from "../live/store";
import * as api from "./api";
import { mergeEvents } from "./history";

export interface UseHistory extends Loading {
  readonly events: readonly ItemEvent[];
  readonly more: boolean;
  loadMore: () => void;
  retry: () => void;
}

interface Known {
  readonly events: readonly ItemEvent[];
  readonly more: boolean; // further back
}

/** An item's history; whenever the item changes, what is new of it. */
export function useHistory({ code, at, status, vehicle }: ItemStatus): UseHistory {
  const history = useMemo(() => new History(code), [code]);
  useEffect(() => void history.load(), [history, at, status, vehicle]);
  return {
    ...useStore(history.known),
    ...useStore(history.loading),
    loadMore: () => void history.loadMore(),
    retry: () => void history.load(),
  };
}

class History {
  readonly known = new Store<Known>({ events: [], more: false });
  readonly loading = new Store<Loading>(LOADING);

  constructor(readonly code: string) {}

  async load(): Promise<void> {
    await loading(this.loading, async () => {
      const { rows, more } = await api.events(this.code);
      this.known.update((known) => ({
        events: mergeEvents(known.events, rows),
        more: known.events.length > rows.length ? known.more : more,
      }));
    });
  }

  async loadMore(): Promise<void> {
    await loading(this.loading, async () => {
      const { rows, more } = await api.events(this.code, this.known.get().events.at(-1));
      this.known.update(({ events }) => ({ events: mergeEvents(events, rows), more }));
    });
  }
}
