/** What one question was answered last, for as long as somebody looks at it. */

import { useEffect, useMemo } from "react";
import { LOADING, loading, type Loading } from "./loading";
import { Store, useStore } from "./store";

export class Fetched<T> {
  readonly value = new Store<T | null>(null);
  readonly loading = new Store<Loading>(LOADING);
  #asked = 0;

  constructor(readonly ask: () => Promise<T>) {}

  /** Asks again; of several answers under way the one asked for last counts. */
  load = async (): Promise<void> => {
    const turn = ++this.#asked;
    await loading(this.loading, async () => {
      const value = await this.ask();
      if (turn === this.#asked) this.value.set(value);
    });
  };

  /** An answer to something else that says the same, and newer. */
  know = (value: T): void => {
    this.#asked++;
    this.value.set(value);
    this.loading.set({ done: true, error: null });
  };
}

export interface UseFetched<T> extends Loading {
  readonly value: T | null;
  load: () => Promise<void>;
  know: (value: T) => void;
}

/** Asks once for each `key`, and with `every` (ms) again and again while the page is in view. */
export function useFetched<T>(key: string, ask: () => Promise<T>, every?: number): UseFetched<T> {
  // what `ask` closes over is what `key` names
  const fetched = useMemo(() => new Fetched(ask), [key]);
  useEffect(() => {
    void fetched.load();
    if (every === undefined) return;
    const timer = setInterval(() => document.visibilityState === "visible" && void fetched.load(), every);
    return () => clearInterval(timer);
  }, [fetched, every]);
  return { value: useStore(fetched.value), ...useStore(fetched.loading), load: fetched.load, know: fetched.know };
}
