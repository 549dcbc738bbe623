/** Keeps the screen on while the page is in front, where the browser can. */

interface Lock {
  release: () => Promise<void>;
}

/** Until the function it returns is called. */
export function keepAwake(): () => void {
  let lock: Lock | null = null;
  let over = false;
  const hold = async () => {
    if (over || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    lock = await navigator.wakeLock.request("screen").catch(() => null); // a battery that is low says no
    if (over) void lock?.release();
  };
  void hold();
  document.addEventListener("visibilitychange", hold); // it is lost with the page
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", hold);
    void lock?.release();
  };
}
