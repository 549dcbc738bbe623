/** Agreements between the tabs of one browser (Web Locks). Without them, as on plain HTTP, every tab is on its own. */

const locks = (): LockManager | undefined => navigator.locks;

/** Waits for a lock and keeps it until let go or the tab is gone; `onHeld` once it is ours. */
export function hold(name: string, mode: LockMode, onHeld: () => void = () => {}): () => void {
  const all = locks();
  if (!all) {
    onHeld();
    return () => {};
  }
  const waiting = new AbortController();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  all
    .request(name, { mode, signal: waiting.signal }, () => {
      onHeld();
      return held;
    })
    .catch(() => {}); // let go before it was ours
  return () => {
    waiting.abort();
    letGo();
  };
}

/** Whether any tab holds it. */
export async function isHeld(name: string): Promise<boolean> {
  const { held } = (await locks()?.query()) ?? {};
  return held?.some((lock) => lock.name === name) ?? false;
}
