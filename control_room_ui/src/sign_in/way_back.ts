// Come here for how a page leads to the sign-in page, and how that leads back.

const PAGE = "/sign-in";

/** Nobody is signed in: off to the sign-in page, which comes back here afterwards. */
export function lead_to_sign_in(): void {
  if (typeof location === "undefined" || location.pathname === PAGE) return;
  const here = location.pathname + location.search;
  location.replace(`${PAGE}?then=${encodeURIComponent(here)}`);
}

/** Where to go once signed in: only ever a page of this server. */
export function way_back(search: string, origin: string): string {
  const then = new URLSearchParams(search).get("then") ?? "/";
  try {
    const page = new URL(then, origin);
    const is_ours = page.origin === origin && then.startsWith("/") && page.pathname !== PAGE;
    return is_ours ? page.pathname + page.search : "/";
  } catch {
    return "/";
  }
}
