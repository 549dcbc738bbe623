/** Whether something has been fetched, and if not, why. */

import type { Store } from "./store";

export interface Loading {
  readonly done: boolean;
  readonly error: string | null;
}

export const LOADING: Loading = { done: false, error: null };

/** Runs `load` and keeps in `store` how it went; what was fetched once stays good while fetching again. */
export async function loading(store: Store<Loading>, load: () => Promise<void>): Promise<void> {
  try {
    await load();
    store.set({ done: true, error: null });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.update(({ done }) => ({ done, error: reason }));
  }
}
