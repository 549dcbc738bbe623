/**
 * The service worker: the phone opens without a line. `BUILD` stands before this text once it is built: a version, and every
 * file of that build, all kept together in one cache, so that a page never meets the parts of another.
 *
 * Pages come from the network, or within three seconds from the cache; files of the build from the cache; everything else
 * (the API, the socket, tiles) isn't touched.
 */

const CACHE = `rentguy-${BUILD.version}`;
const PAGE = "/"; // one page for all addresses
const PATIENCE_MS = 3000;
const FILES = new Set(BUILD.files);

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || /^\/(api|ws)(\/|$)/.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.has(pathname)) event.respondWith(file(request));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path ?? PAGE));
});

/** To what a notification is about: in a page that is open, or a new one. */
async function lead(path) {
  const [open] = await self.clients.matchAll({ type: "window" });
  if (!open) return self.clients.openWindow(path);
  open.postMessage({ open: path });
  await open.focus();
}

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: "no-cache" })));
}

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith("rentguy-") && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The newest page there is. When the network has one, a newer worker that waits may take over: this page is its own. */
async function page(request) {
  const kept = caches.match(PAGE, { cacheName: CACHE });
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), PATIENCE_MS);
  try {
    const fresh = await fetch(request, { signal: over.signal, cache: "no-cache" });
    if (!fresh.ok && fresh.type !== "opaqueredirect") return (await kept) ?? fresh;
    self.registration.waiting?.postMessage("take over");
    return fresh;
  } catch {
    return (await kept) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}
