// Come here for who is signed in, as every page of the staff says it, and for the way out.
import { html, nothing } from "lit-html";
import { name_of, type Words } from "../words.js";
import { type Myself, me, sign_out, ways_to_sign_in } from "./calls.js";
import { lead_to_sign_in } from "./way_back.js";

/** Null where nobody is asked to sign in. */
export async function whoever(): Promise<Myself | null> {
  const { way } = await ways_to_sign_in();
  return way === "none" ? null : me();
}

export function signed_in(myself: Myself | null, words: Words) {
  if (!myself) return nothing;
  const roles = myself.roles.map((role) => name_of(words.roles, role)).join(", ");
  return html`<span class="myself" data-test="myself" title=${roles}>${myself.name}</span>
    <button class="quiet" data-test="sign-out" @click=${leave}>${words.sign_out}</button>`;
}

/** Without an answer the page stays as it is: whoever sees it is signed in still. */
function leave(): void {
  void sign_out().then(lead_to_sign_in, () => undefined);
}
