// Come here for the calls about who is signed in; what they answer is no part of the wires.
import { get, post } from "../calls.js";
import { amount, type Checked, flag, list, nullable, oneOf, shape, text } from "../check.js";
import { lead_to_sign_in } from "./way_back.js";

const myself = shape({
  name: text,
  roles: list(text),
  jurisdictions: list(text),
  must_choose_password: flag,
  /** The pages that are for them; the home is where they land, null where none is. */
  pages: list(text),
  home: nullable(text),
});
export type Myself = Checked<typeof myself>;

export const ways_to_sign_in = () =>
  get("/v1/sign-in", shape({ way: oneOf("none", "local", "oidc") }));

export const me = () => get("/v1/me", myself);

export const sign_in = (name: string, password: string) =>
  post("/v1/sign-in", { name, password }, {}, myself);

/** Answers where the browser goes to be signed out at the provider too. */
export const sign_out = () =>
  post("/v1/sign-out", {}, {}, shape({ provider: nullable(text) })).then(
    ({ provider }) => provider,
  );

/** Without an answer the page stays as it is: whoever sees it is signed in still. */
export function leave(): void {
  void sign_out().then(
    (provider) => (provider ? location.assign(provider) : lead_to_sign_in()),
    () => undefined,
  );
}

export const choose_password = (password: string, new_password: string) =>
  post("/v1/me/password", { password, new_password }, {}, myself);

/** Good for one feed within seconds, so that no secret that lasts is ever in an address. */
export const feed_ticket = () =>
  post("/v1/feed/ticket", {}, {}, shape({ ticket: nullable(text) })).then(({ ticket }) => ticket);

const wall_code = shape({
  user_code: text,
  verification_uri: text,
  /** With the code in it; null: the provider has none. */
  verification_uri_complete: nullable(text),
  interval_s: amount,
  ends_at: text,
});
export type WallCode = Checked<typeof wall_code>;

/** A code for a display without a keyboard: somebody types it with another device. */
export const wall = () => post("/v1/sign-in/oidc/wall", {}, {}, wall_code);

/** Whether somebody has; then this browser is signed in. */
export const wall_answer = () =>
  post("/v1/sign-in/oidc/wall/answer", {}, {}, shape({ state: oneOf("waiting", "here") })).then(
    ({ state }) => state,
  );
