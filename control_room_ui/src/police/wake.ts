// Come here for how the tablet is kept from going dark while the page is open.

/** Asked for anew whenever the page is seen again: hiding it ends the lock. */
export function stay_awake(): void {
  const ask = () => {
    if (document.visibilityState === "visible")
      void navigator.wakeLock?.request("screen").catch(() => undefined); // refused on a low battery
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
