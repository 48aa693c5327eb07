// Come here for how a page leads to the sign-in page, and how that leads back.

const PAGE = "/sign-in";

/** Nobody is signed in: off to the sign-in page, which comes back here afterwards. */
export function lead_to_sign_in(): void {
  if (typeof location === "undefined" || location.pathname === PAGE) return;
  const here = location.pathname + location.search;
  location.replace(`${PAGE}?then=${encodeURIComponent(here)}`);
}

/** The pages that are for some roles only (dispatch/pages.py says for whom); others are anybody's. */
const OF_STAFF = ["/", "/police", "/lamps", "/accounts", "/audit"];

/** The same page by its other names: `/index.html` is `/`. */
export const plain = (path: string): string =>
  path.replace(/\.html$/, "").replace(/^\/index$/, "/");

export const is_of_staff = (path: string): boolean => OF_STAFF.includes(plain(path));

export const is_theirs = (path: string, pages: readonly string[]): boolean =>
  !is_of_staff(path) || pages.includes(plain(path));

/** Where to go once signed in: only ever a page of this server, and one that is theirs.
 * Null where no page is. */
export function way_back(
  search: string,
  origin: string,
  { pages, home }: { pages: readonly string[]; home: string | null },
): string | null {
  const then = page_of(new URLSearchParams(search).get("then") ?? "/", origin);
  return then && is_theirs(then.pathname, pages) ? then.pathname + then.search : home;
}

/** The page of this server that is meant; null where it is none to come back to. */
function page_of(then: string, origin: string): URL | null {
  try {
    const page = new URL(then, origin);
    const is_ours = page.origin === origin && then.startsWith("/") && page.pathname !== PAGE;
    // Of `/.//elsewhere` the path is `//elsewhere`, which as an address is another server's.
    return is_ours && !page.pathname.startsWith("//") ? page : null;
  } catch {
    return null;
  }
}
