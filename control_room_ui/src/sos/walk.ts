// Come here for the life of a watched walk on the phone, from its start to its end.
// Laws: what is shown is what the centre said last; a PIN that was typed goes to the centre and is
// compared with nothing here, so that no screen can know which of the two it was; a walk that is
// over has left nothing behind.
import { pause_ms } from "./cry.js";
import { type Fix, worth_telling } from "./fix.js";
import type { Letter } from "./walk_letter.js";

/** What the centre says of the walk; times in its own clock's milliseconds. */
export interface Shown {
  readonly state: string;
  readonly at: number;
  readonly due_at: number;
  /** When a pause ends by itself; `due_at` is then the hour that this leads to. */
  readonly paused_until: number | null;
  readonly question: { readonly help_at: number; readonly why: readonly string[] } | null;
  readonly said_fine: boolean;
  readonly dark: { readonly metres: number; readonly reason: string } | null;
  /** No lamp is lit for walkers. */
  readonly daylight: boolean;
  readonly needs_pin: boolean;
  /** The centre sees where the walker is, as the walker wished. */
  readonly watched: boolean;
  readonly possible: readonly string[];
}

export interface Wish {
  readonly do: "fine" | "pause" | "resume" | "extend" | "arrive" | "end" | "hide" | "unwatch";
  readonly pin: string | null;
}

/** What the guardian opens, and to whom it goes. */
export interface GuardianLink {
  readonly contact: string;
  readonly url: string;
  readonly expires_at: number;
  /** Whether the guardian may see where the walker is when it has gone wrong. */
  readonly consent: boolean;
  /** Whether the centre can reach guardians by itself. */
  readonly can_be_told: boolean;
}

export interface Idle {
  readonly stage: "idle";
}

export interface Going {
  readonly stage: "going";
  readonly walk_id: string;
  /** What nobody but this phone knows; none in what an older page has kept. */
  readonly phone_secret: string | null;
  readonly began_at: number;
  /** What the destination is called: it never leaves the phone. */
  readonly label: string;
  /** What begins the walk, PINs among it; gone as soon as the centre has it. */
  readonly letter: Letter | null;
  readonly token: string | null;
  readonly guardian: GuardianLink | null;
  readonly shown: Shown | null;
  /** By how much the centre's clock is ahead of ours. */
  readonly ahead_ms: number;
  readonly heard_at: number;
  readonly told_at: number;
  readonly failures: number;
  readonly next_try_at: number;
  readonly wish: Wish | null;
  readonly refused: "start" | "pin" | "wish" | null;
  readonly told: Fix | null;
  readonly fixes: readonly Fix[];
  readonly rung_at: number;
}

export interface Done {
  readonly stage: "done";
  readonly how: "arrived" | "ended" | "gone";
  /** A guardian has a link to it, which still opens for a while. */
  readonly linked: boolean;
}

/** What the phone makes before anything can fail. */
interface Own {
  readonly walk_id: string;
  readonly phone_secret: string;
}

export type Walk = Idle | Going | Done;

export type WalkEvent =
  | ({ type: "begun"; at: number; label: string; letter: Letter; fix: Fix | null } & Own)
  | { type: "restored"; at: number; going: Going }
  | { type: "fixed"; fix: Fix }
  | { type: "ticked"; at: number }
  | { type: "wished"; wish: Wish }
  | {
      type: "started";
      at: number;
      token: string;
      link: Omit<GuardianLink, "contact"> | null;
      shown: Shown;
    }
  | { type: "heard"; at: number; shown: Shown; told: Fix | null; granted: Wish | null }
  | { type: "unanswered"; at: number; chance: number }
  | { type: "refused"; at: number; what: "start" | "pin" | "wish" | "tell" }
  | { type: "online" | "gone" | "dismissed" };

export const idle: Idle = { stage: "idle" };

/** A start that finds no network for so long would watch a walk that is half over. */
export const START_MEANT_MS = 10 * 60_000;
/** At one fix every few metres: the last kilometre or two of a walk out of the network. */
const MOST_FIXES = 200;
/** Between two calls for an answer: unpleasant enough to be looked for in a bag. */
export const RING_EVERY_MS = 5_000;

export function next_walk(walk: Walk, event: WalkEvent): Walk {
  if (event.type === "restored") return walk.stage === "going" ? walk : awake(event);
  if (event.type === "begun") return walk.stage === "going" ? walk : begun(event);
  if (walk.stage === "going") return from_going(walk, event);
  return event.type === "dismissed" ? idle : walk;
}

function begun(event: Extract<WalkEvent, { type: "begun" }>): Going {
  const { walk_id, phone_secret, label, letter, at, fix } = event;
  return {
    ...{ stage: "going", walk_id, phone_secret, began_at: at, label, letter },
    ...{ token: null, shown: null, guardian: null },
    ...{ ahead_ms: 0, heard_at: 0, told_at: 0, failures: 0 },
    ...{ next_try_at: 0, wish: null, refused: null, told: null, rung_at: 0 },
    fixes: fix ? [fix] : [],
  };
}

/** What was kept goes on; but a start that was never heard of is not meant for ever. */
function awake({ going, at }: Extract<WalkEvent, { type: "restored" }>): Walk {
  const is_old = !going.token && at - going.began_at > START_MEANT_MS;
  return is_old ? idle : { ...going, next_try_at: 0, told_at: 0, failures: 0 };
}

function from_going(walk: Going, event: WalkEvent): Walk {
  switch (event.type) {
    case "fixed":
      return fixed(walk, event.fix);
    case "ticked":
      return rung(walk, event.at);
    case "wished":
      return { ...walk, wish: event.wish, refused: null, next_try_at: 0 };
    case "started":
      return heard(
        {
          ...walk,
          ...{ token: event.token, guardian: guardian(walk, event.link), letter: null },
        },
        event.at,
        event.shown,
      );
    case "heard":
      return heard(told(walk, event), event.at, event.shown);
    case "gone":
      return { stage: "done", how: "gone", linked: walk.guardian !== null };
    case "dismissed":
      return walk.token ? walk : idle;
    default:
      return { ...walk, ...after_trouble(walk, event) };
  }
}

/** The number was in the letter, which goes now. */
function guardian({ letter }: Going, link: Omit<GuardianLink, "contact"> | null) {
  return link && { ...link, contact: letter?.guardians[0]?.contact ?? "" };
}

function after_trouble(walk: Going, event: WalkEvent): Partial<Going> {
  switch (event.type) {
    case "unanswered":
      return {
        failures: walk.failures + 1,
        next_try_at: event.at + pause_ms(walk.failures, event.chance),
      };
    case "refused":
      if (event.what === "tell")
        return { fixes: [], told: walk.fixes.at(-1) ?? walk.told, told_at: event.at };
      return { wish: null, refused: event.what, told_at: 0 };
    case "online":
      return { next_try_at: 0 };
    default:
      return {};
  }
}

/** A wish that came while another was on its way stays. */
function told(walk: Going, { at, told, granted }: Extract<WalkEvent, { type: "heard" }>): Going {
  if (granted) {
    const after = granted.do === "hide" ? hidden(walk) : walk;
    return walk.wish === granted ? { ...after, wish: null } : after;
  }
  const fixes = told ? walk.fixes.filter((fix) => fix.fixed_at > told.fixed_at) : walk.fixes;
  return { ...walk, told_at: at, told: told ?? walk.told, fixes };
}

const hidden = (walk: Going): Going => ({
  ...walk,
  guardian: walk.guardian && { ...walk.guardian, consent: false },
});

function heard(walk: Going, at: number, shown: Shown): Walk {
  const { state } = shown;
  if (state === "arrived" || state === "ended")
    return { stage: "done", how: state, linked: walk.guardian !== null };
  const fresh = { shown, heard_at: at, ahead_ms: shown.at - at, failures: 0, next_try_at: 0 };
  return rung({ ...walk, ...fresh }, at);
}

/** Who pauses is somewhere: where, is nobody's business until the walk goes on. */
function fixed(walk: Going, fix: Fix): Going {
  if (walk.shown?.state === "paused") return walk.fixes.length > 0 ? { ...walk, fixes: [] } : walk;
  if (!worth_telling(walk.fixes.at(-1) ?? walk.told, fix)) return walk;
  return { ...walk, fixes: [...walk.fixes, fix].slice(-MOST_FIXES) };
}

function rung(walk: Going, at: number): Going {
  const is_due = Math.abs(at - walk.rung_at) >= RING_EVERY_MS;
  return walk.shown?.state === "asking" && is_due ? { ...walk, rung_at: at } : walk;
}

/** Whether the step from one state to the next is to be heard and felt. */
export const rings = (before: Walk, after: Walk): boolean =>
  after.stage === "going" &&
  after.rung_at > 0 &&
  (before.stage !== "going" || before.rung_at !== after.rung_at);

/** Milliseconds from now until a time by the centre's clock; negative: it has passed. */
export const ms_until = (walk: Going, then: number, now: number): number =>
  then - (now + walk.ahead_ms);

export const is_going = (walk: Walk): walk is Going => walk.stage === "going";
