// Come here for what the phone writes to the centre about a walk.
import type { Fix } from "./fix.js";
import type { Wish } from "./walk.js";

/** Which text beside the tick was consented to: a new number whenever its sense changes. */
export const CONSENT_VERSION = "2026-11";

/** The body that begins a walk, but for its id. */
export interface Letter {
  readonly expected_minutes: number;
  readonly destination: { readonly lon: number; readonly lat: number } | null;
  readonly guardians: readonly {
    readonly contact: string;
    readonly consent: boolean;
    readonly consent_version: string;
    readonly consent_language: string;
  }[];
  /** Seen all the way, by whom the text says. */
  readonly watched: boolean;
  readonly watched_consent_version: string;
  readonly watched_consent_language: string;
  readonly pin: string | null;
  readonly duress_pin: string | null;
}

export interface Wanted {
  readonly minutes: number;
  readonly home: { readonly lon: number; readonly lat: number } | null;
  readonly contact: string;
  readonly consent: boolean;
  readonly watched: boolean;
  readonly pin: string;
  readonly duress_pin: string;
}

/** `language`: of the page, and so of the texts beside its ticks. */
export function letter_of(wanted: Wanted, language: string): Letter {
  const { minutes, home, contact, consent, watched, pin, duress_pin } = wanted;
  const consented = {
    ...{ consent, consent_version: consent ? CONSENT_VERSION : "" },
    consent_language: consent ? language : "",
  };
  return {
    expected_minutes: minutes,
    destination: home && { lon: home.lon, lat: home.lat },
    guardians: contact ? [{ contact, ...consented }] : [],
    watched,
    watched_consent_version: watched ? CONSENT_VERSION : "",
    watched_consent_language: watched ? language : "",
    pin: pin || null,
    duress_pin: (pin && duress_pin) || null,
  };
}

/** A chat at the corner, a queue: often enough, and asked for again where it is not. */
export const EXTEND_MINUTES = 10;
/** The centre's own usual pause. */
export const PAUSE_MINUTES = 30;

/** The call's name and body. */
export function wish_letter({ do: what, pin }: Wish): { call: string; body: object } {
  const own = pin ? { pin } : {};
  if (what === "fine") return { call: "answer", body: { answer: "fine", ...own } };
  if (what === "extend") return { call: what, body: { minutes: EXTEND_MINUTES, ...own } };
  if (what === "pause") return { call: what, body: { minutes: PAUSE_MINUTES, ...own } };
  // The one guardian that this page lets a walker name.
  if (what === "hide") return { call: "consent/withdraw", body: { guardian: 1, ...own } };
  if (what === "unwatch") return { call: "consent/withdraw", body: { allows: "watched", ...own } };
  return { call: what, body: own };
}

const moment = (ms: number) => new Date(ms).toISOString();

export function track_letter(fixes: readonly Fix[], battery: number | null, now: number): object {
  const positions = fixes.map(({ fixed_at, ...place }) => ({
    ...place,
    fixed_at: moment(fixed_at),
  }));
  return { positions, battery, sent_at: moment(now) };
}
