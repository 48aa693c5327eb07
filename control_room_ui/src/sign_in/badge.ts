// Come here for who is signed in, as every page of the staff says it, and for the way out.
import { html, nothing } from "lit-html";
import { name_of, type Words } from "../words.js";
import { leave, type Myself, me, ways_to_sign_in } from "./calls.js";
import { mind } from "./threshold.js";

/** Null where nobody is asked to sign in; whoever is on another's page is told so. */
export async function whoever(): Promise<Myself | null> {
  const { way } = await ways_to_sign_in();
  if (way === "none") return null;
  const myself = await me();
  mind(myself);
  return myself;
}

export function signed_in(myself: Myself | null, words: Words) {
  if (!myself) return nothing;
  const roles = myself.roles.map((role) => name_of(words.roles, role)).join(", ");
  return html`<span class="myself" data-test="myself" title=${roles}>${myself.name}</span>
    <button class="quiet" data-test="sign-out" @click=${leave}>${words.sign_out}</button>`;
}
