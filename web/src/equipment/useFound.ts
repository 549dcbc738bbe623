import { useDeferredValue, useMemo } from "react";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useLive } from "../live/useRealtime";
import { askedIn, type Asked } from "./asked";
import type { Filters } from "./filters";
import { find, type Found } from "./search";

export interface UseFound extends Found {
  readonly asked: ReadonlyMap<string, Asked>;
  readonly total: number;
}

/** What of the project's equipment is to be seen; while somebody types, the keys go first. */
export function useFound(filters: Filters): UseFound {
  const { stock } = useFeed();
  const items = useStore(stock.items);
  const search = useDeferredValue(useStore(stock.search));
  const asked = useAsked();
  const index = useMemo(() => stock.index(), [stock, items]); // of the items as they are
  const found = useMemo(() => find(index, search, filters, asked), [index, search, filters, asked]);
  return { ...found, asked, total: items.byCode.size };
}

/** What one has asked of items and is still on its way. */
export function useAsked(): ReadonlyMap<string, Asked> {
  const entries = useStore(useLive().outbox.entries);
  return useMemo(() => askedIn(entries), [entries]);
}
