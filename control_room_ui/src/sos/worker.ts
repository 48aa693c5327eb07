// Come here for the phone page without a network: the page itself, and a cry whose page is closed.
// Law: only the page and its pictures are ever kept; nothing under /v1 passes through here.

import { next } from "./cry.js";
import { due } from "./errands.js";
import { run } from "./post.js";
import { keep, kept } from "./shelf.js";
import { SEND_TAG, TRY_AGAIN } from "./tags.js";

declare const self: ServiceWorkerGlobalScope;
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const CACHE = "lamplighter-sos";
const PAGE = "/sos";
const KEPT = [PAGE, "/sos.webmanifest", "/sos-icon.svg", "/sos-192.png", "/sos-512.png"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const is_ours = origin === self.location.origin && event.request.method === "GET";
  if (is_ours && KEPT.includes(pathname)) event.respondWith(kept_or_fetched(event, pathname));
});

/** What is kept is shown at once; a newer one is fetched behind it, for the next start. */
async function kept_or_fetched(event: FetchEvent, pathname: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const fresh = fetch(event.request).then(async (response) => {
    if (response.ok) await cache.put(pathname, response.clone());
    return response;
  });
  const found = await cache.match(pathname);
  if (!found) return fresh;
  event.waitUntil(fresh.catch(() => undefined));
  return found;
}

self.addEventListener("sync", (event) => {
  const { tag } = event as SyncEvent;
  if (tag === SEND_TAG) (event as SyncEvent).waitUntil(send());
});

/** An open page sends by itself; for a closed one the worker does, and fails to be called again. */
async function send(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.filter((page) => new URL(page.url).pathname === PAGE);
  for (const page of open) page.postMessage(TRY_AGAIN);
  const cry = open.length > 0 ? null : await kept();
  if (!cry || cry.receipt) return;
  const tried = next({ ...cry, next_try_at: 0 }, { type: "tried" });
  if (tried.stage !== "crying") return;
  const errand = due(tried, Date.now(), true);
  if (errand?.do !== "report") return;
  await keep(tried);
  const sent = next(tried, await run(errand, tried));
  if (sent.stage === "crying") await keep(sent);
  if (sent.stage === "crying" && !sent.receipt) throw new Error("not received yet");
}
