/** The service worker, `public/sw.js`: with it the phone opens without a line. Only the phone needs it. */

const LOOK_MS = 3_600_000; // a page that stays open for days looks for a newer one

let looked = Date.now();

export function registerWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/sw.js").then(
    (registration) =>
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState !== "visible" || Date.now() - looked < LOOK_MS) return;
        looked = Date.now();
        registration.update().catch(() => {}); // no line: another time
      }),
    (error: Error) => console.warn(`it won't open offline: ${error.message}`),
  );
}
