// Come here for the calls of an auditor: chains, the record, incidents without a place.
import { get, post } from "../calls.js";
import {
  amount,
  type Check,
  type Checked,
  entries,
  flag,
  list,
  moment,
  nullable,
  shape,
  text,
} from "../check.js";
import * as wire from "../wire.js";

const verified = shape({
  at: moment,
  seq: amount,
  chain: text,
  entries: amount,
  erased: amount,
  faults: list(shape({ seq: amount, why: text })),
});
export type Verified = Checked<typeof verified>;

const verification = shape({
  chains: shape({ journal: nullable(verified), record: nullable(verified) }),
  ends: shape({ journal: amount, record: amount }),
  at_work: flag,
});
export type Verification = Checked<typeof verification>;

const come = shape({
  entry_id: text,
  at: moment,
  event: text,
  actor: text,
  whom: text,
  source: text,
  detail: entries,
});
export type Entry = Checked<typeof come>;

const incident = shape({
  incident_id: text,
  opened_at: moment,
  closed_at: nullable(moment),
  kind: text,
  state: text,
  disposition: nullable(text),
  jurisdiction: nullable(text),
  drill: flag,
  erased_at: nullable(moment),
  entries: amount,
});
export type Audited = Checked<typeof incident>;

const showing = shape({
  role: text,
  recipient: text,
  path: text,
  method: text,
  purpose: text,
  first_at: moment,
  last_at: moment,
  times: amount,
});
export type Showing = Checked<typeof showing>;

export interface Page<T> {
  found: T[];
  next: string | null;
}

/** What is asked for; what is empty is not said. */
export type Query = Record<string, string>;

export function query(asked: Query): string {
  const said = Object.entries(asked).filter(([, value]) => value !== "");
  return said.length > 0 ? `?${new URLSearchParams(said)}` : "";
}

const one = (id: string) => `/v1/audit/incidents/${encodeURIComponent(id)}`;

export const chains = () => get("/v1/audit/chains", verification);
export const verify = () => post("/v1/audit/verify", {}, {}, verification);

const page_of =
  <T>(name: string, check: Check<T>): Check<Page<T>> =>
  (value) => {
    const page = entries(value);
    return { found: list(check)(page[name]), next: nullable(text)(page.next) };
  };

export const record = (asked: Query) => get(`/v1/record${query(asked)}`, page_of("entries", come));

export const incidents = (asked: Query) =>
  get(`/v1/audit/incidents${query(asked)}`, page_of("incidents", incident));

export const journal = (id: string) => get(journal_address(id), wire.journal);

export const showings = (id: string) =>
  get(`${one(id)}/showings`, shape({ showings: list(showing) })).then((found) => found.showings);

// What a link leads to.
export const record_file = (asked: Query, kind: "csv" | "json") =>
  `/v1/record.${kind}${query(asked)}`;
export const journal_address = (id: string) => `/v1/incidents/${encodeURIComponent(id)}/journal`;
export const journal_file = (id: string) => `${one(id)}/journal.csv`;
export const showings_address = (id: string) => `${one(id)}/showings`;
export const showings_file = (id: string) => `${one(id)}/showings.csv`;
