// Come here for the page's end of its worker: installing, and sending when the page is closed.
import { SEND_TAG, TRY_AGAIN } from "./tags.js";

/** Not in TypeScript's library: only some browsers have these two. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}
interface SyncRegistration extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> };
}

let offered: InstallPrompt | null = null;

export interface Wakes {
  installable(): void;
  try_again(): void;
}

/** Registered after everything else: a worker must not cost the first start its second. */
export function live_on(wakes: Wakes): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event as InstallPrompt;
    wakes.installable();
  });
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data === TRY_AGAIN) wakes.try_again();
  });
  const register = () => void navigator.serviceWorker.register("/sos-worker.js", { scope: "/sos" });
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register);
}

export async function install(): Promise<void> {
  await offered?.prompt();
  offered = null;
}

export function forget_install(): void {
  offered = null;
}

/** The browser wakes the worker when there is a network, even after the page was closed. */
export async function ask_to_send_later(): Promise<void> {
  try {
    const ready = (await navigator.serviceWorker?.getRegistration("/sos")) as SyncRegistration;
    await ready?.sync?.register(SEND_TAG);
  } catch {
    // Then the open page sends it.
  }
}
