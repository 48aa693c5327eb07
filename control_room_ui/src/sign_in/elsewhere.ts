// Come here for the links from one page of the staff to the others that are theirs.
import { html, nothing } from "lit-html";
import type { Words } from "../words.js";
import type { Myself } from "./calls.js";
import { plain } from "./way_back.js";

/** Where nobody is asked to sign in, nobody has an account either. */
const WITHOUT_ACCOUNTS = ["/", "/police", "/lamps", "/audit"];

/** `served`: only these are there; `apart`: each in a window of its own. */
export function elsewhere(
  myself: Myself | null,
  words: Words,
  { served, apart = false }: { served?: readonly string[]; apart?: boolean } = {},
) {
  const theirs = myself?.pages ?? WITHOUT_ACCOUNTS;
  const others = [...theirs, ...(served?.includes("/sos") ? ["/sos"] : [])].filter(
    (page) => page !== plain(location.pathname) && (served?.includes(page) ?? true),
  );
  if (others.length === 0) return nothing;
  const link = (page: string) =>
    html`<a href=${page} target=${apart ? "_blank" : nothing}>${words.pages.names[page] ?? page}</a>`;
  return html`<nav class="pages" aria-label=${words.pages.title}>${others.map(link)}</nav>`;
}
