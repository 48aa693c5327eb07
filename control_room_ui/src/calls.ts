// Come here for every call over HTTP: what is asked of the dispatcher, and how a refusal comes back.
import { type Check, Refused } from "./check.js";
import type * as said from "./documents.js";
import { look_who_is_here } from "./sign_in/threshold.js";
import { lead_to_sign_in } from "./sign_in/way_back.js";
import * as wire from "./wire.js";
import { letter_page } from "./wire_letters.js";
import { report_receipt, report_state as state } from "./wire_report.js";

/** The dispatcher said no, and why. */
export class NotDone extends Error {
  constructor(readonly problem: wire.Problem) {
    super(problem.title);
  }
}

/** Nobody answered, or not in a way that could be read. */
export class NoAnswer extends Error {}

export type Move = said.IncidentOut["allowed"][number];

/** Every move of the document, in the order of an incident's life. */
const turns: Record<Move, number> = {
  acknowledge: 1,
  assign: 2,
  "en-route": 3,
  arrive: 4,
  note: 5,
  instruct: 6,
  scene: 7,
  link: 8,
  unlink: 9,
  close: 10,
  reopen: 11,
  hold: 12,
  release: 13,
  erase: 14,
};
export const moves = (Object.keys(turns) as Move[]).sort((a, b) => turns[a] - turns[b]);

/** The moves that the dispatcher allows and this page knows, in the order of an incident's life. */
export function allowed_moves(incident: wire.Incident): Move[] {
  const allowed = incident.allowed.map((move) => move.replaceAll("_", "-"));
  return moves.filter((move) => allowed.includes(move));
}

export const incidents = (query: string) => get(`/v1/incidents?${query}`, wire.incident_page);

export const incident = (id: string) =>
  get(`/v1/incidents/${encodeURIComponent(id)}`, wire.incident);

export const journal = (id: string) =>
  get(`/v1/incidents/${encodeURIComponent(id)}/journal`, wire.journal);

export const replay = (id: string) =>
  get(`/v1/incidents/${encodeURIComponent(id)}/replay`, wire.replay);

export const settings = () => get("/v1/settings", wire.settings);

export const areas = () => get("/v1/areas", wire.area_collection);

/** The most that the dispatcher gives at once. */
const MOST_LAMPS = 100_000;
const WHOLE_WORLD = "-180,-90,180,90";

/** A hundred thousand lamps are 25 MB: a slow line needs its time. */
const LONG_PATIENCE_MS = 60_000;

export const lamps = () =>
  ask(
    `/v1/lamps?bbox=${WHOLE_WORLD}&limit=${MOST_LAMPS}`,
    {},
    wire.lamp_collection,
    LONG_PATIENCE_MS,
  );

/** Those in a box of degrees: west, south, east, north. */
export const lamps_within = (box: readonly number[]) =>
  ask(
    `/v1/lamps?bbox=${box.map((side) => side.toFixed(5)).join(",")}&limit=${MOST_LAMPS}`,
    {},
    wire.lamp_collection,
    LONG_PATIENCE_MS,
  );

/** The same key goes with every try: a move that was done but not answered is not done twice. */
export function make_move(id: string, move: Move, body: object, key: string) {
  const address = `/v1/incidents/${encodeURIComponent(id)}/${move}`;
  const headers = { "Idempotency-Key": key };
  return insist(() => post(address, body, headers, wire.incident));
}

export const report = (body: said.ReportIn) =>
  insist(() => post("/v1/reports", body, {}, report_receipt));

export const report_state = (id: string, token: string) =>
  get(`/v1/reports/${encodeURIComponent(id)}`, state, bearer(token));

export const move_caller = (id: string, token: string, positions: object[]) =>
  post(`/v1/reports/${id}/positions`, { positions }, bearer(token), wire.anything);

export const withdraw = (id: string, token: string) =>
  post(`/v1/reports/${id}/withdraw`, {}, bearer(token), wire.anything);

/** More than this at once is a flood: what is worked off makes room for the next. */
const MOST_LETTERS = 200;

/** About which somebody has to telephone. */
export const letters = () => get(`/v1/outbox?state=untold&limit=${MOST_LETTERS}`, letter_page);

export const told = (id: string, text: string) =>
  post(`/v1/outbox/${encodeURIComponent(id)}/told`, { text }, {}, wire.anything);

export const tell_again = (id: string) =>
  post(`/v1/outbox/${encodeURIComponent(id)}/retry`, {}, {}, wire.anything);

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Long enough for a busy server; short enough that the operator still stands at the desk. */
const PATIENCE_MS = 8_000;

export function get<T>(address: string, check: Check<T>, headers: Record<string, string> = {}) {
  return ask(address, { headers }, check);
}

export function post<T>(
  address: string,
  body: object,
  headers: Record<string, string>,
  check: Check<T>,
): Promise<T> {
  const content = { "Content-Type": "application/json", ...headers };
  return ask(address, { method: "POST", headers: content, body: JSON.stringify(body) }, check);
}

/** A page of another site cannot send it, so the dispatcher knows that a page of ours writes. */
const PAGE = { "X-Lamplighter": "1" };

export async function ask<T>(
  address: string,
  how: RequestInit,
  check: Check<T>,
  patience_ms = PATIENCE_MS,
): Promise<T> {
  try {
    const headers = { ...PAGE, ...how.headers };
    const signal = AbortSignal.timeout(patience_ms);
    const response = await fetch(address, { ...how, headers, signal });
    const value: unknown = response.status === 204 ? {} : await response.json();
    if (response.ok) return check(value);
    const problem = wire.problem(value);
    const has_words = response.status < 500 || problem.trouble !== null;
    if (!has_words) throw new NoAnswer(`status ${response.status}`);
    if (response.status === 401 && !("Authorization" in headers)) lead_to_sign_in();
    if (response.status === 403) void look_who_is_here().catch(() => undefined);
    throw new NotDone(problem);
  } catch (error) {
    if (error instanceof NotDone || error instanceof NoAnswer) throw error;
    const unread = error instanceof Refused || error instanceof SyntaxError;
    throw new NoAnswer(unread ? `unreadable answer: ${error.message}` : "no answer");
  }
}

/** Tries in all; between them half a second, then one: a server that restarts is back by then. */
const TRIES = 3;

async function insist<T>(attempt: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (tries <= 1 || !(error instanceof NoAnswer)) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500 * (TRIES - tries + 1)));
    return insist(attempt, tries - 1);
  }
}
