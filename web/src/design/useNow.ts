import { now } from "../live/clock";
import { Store, useStore } from "../live/store";

const second = new Store(0);
let timer: ReturnType<typeof setInterval> | undefined;
let users = 0;

const ticking = {
  get: second.get,
  subscribe(listener: () => void) {
    if (users++ === 0) timer = setInterval(() => second.update((n) => n + 1), 1000);
    const stop = second.subscribe(listener);
    return () => {
      stop();
      if (--users === 0) clearInterval(timer);
    };
  },
};

/** The time, again every second: all ages on the page count together. */
export function useNow(): number {
  useStore(ticking);
  return now();
}
