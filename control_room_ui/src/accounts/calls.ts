// Come here for the calls of an administrator: accounts, and who is signed in.
import { areas, get, post } from "../calls.js";
import { type Checked, flag, list, moment, nullable, shape, text } from "../check.js";
import type * as said from "../documents.js";

export type Role = said.AccountIn["roles"][number];

const account = shape({
  name: text,
  roles: list(text),
  jurisdictions: list(text),
  must_choose_password: flag,
  /** Until when a one-time password is good; null: no end, or none was given. */
  one_time_until: nullable(moment),
  revoked_at: nullable(moment),
});
export type Account = Checked<typeof account>;

const session = shape({
  session_id: text,
  name: text,
  roles: list(text),
  source: text,
  made_at: moment,
  seen_at: moment,
});
export type Session = Checked<typeof session>;

export interface Rights {
  roles: Role[];
  jurisdictions: string[];
}

const once = shape({ one_time_password: text, one_time_until: nullable(moment) });
export type Once = Checked<typeof once>;
const of = (name: string, what: string) => `/v1/accounts/${encodeURIComponent(name)}/${what}`;

export const accounts = () =>
  get("/v1/accounts", shape({ accounts: list(account) })).then((page) => page.accounts);

export const sessions = () =>
  get("/v1/sessions", shape({ sessions: list(session) })).then((page) => page.sessions);

export const jurisdictions = () =>
  areas().then(({ features }) =>
    features
      .filter(({ properties }) => properties.kind === "jurisdiction")
      .map(({ properties }) => properties.name)
      .sort(),
  );

/** Answers the password of their first sign-in. */
export const add = (name: string, rights: Rights, again: boolean) =>
  post("/v1/accounts", { name, ...rights, again }, {}, once);

export const change = (name: string, rights: Rights) =>
  post(of(name, "roles"), rights, {}, account);

export const reset = (name: string) => post(of(name, "password"), {}, {}, once);

export const revoke = (name: string) => post(of(name, "revoke"), {}, {}, account);

export const end = (session_id: string) =>
  post(`/v1/sessions/${encodeURIComponent(session_id)}/revoke`, {}, {}, session);
