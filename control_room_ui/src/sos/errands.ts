// Come here for what a phone has to say or ask next, and what an answer to it means.
// Law: due() names one errand at a time, and until the report is received only that one.
import { Refused } from "../check.js";
import { type Crying, type Event, is_old, LONGEST_PAUSE_MS } from "./cry.js";
import type { Fix } from "./fix.js";
import { read_answer, read_receipt } from "./wire.js";

export type Errand =
  | { do: "report"; sent: Fix | null }
  | { do: "tell"; fixes: readonly Fix[] }
  | { do: "withdraw" | "ask" };

/** Walking pace: no lamp's choice changes within five seconds. */
const TELL_EVERY_MS = 5_000;

/** `watched`: somebody looks at the screen. */
export function due(cry: Crying, now: number, watched: boolean): Errand | null {
  if (is_within(cry.next_try_at, now, LONGEST_PAUSE_MS)) return null;
  if (!cry.receipt) return is_old(cry, now) ? null : { do: "report", sent: cry.fix };
  if (cry.locked_out) return null;
  if (cry.withdrawal === "wished") return { do: "withdraw" };
  const may_tell = !is_within(cry.told_at + TELL_EVERY_MS, now, TELL_EVERY_MS);
  if (cry.fixes.length > 0 && may_tell) return { do: "tell", fixes: cry.fixes };
  const pace = pace_ms(cry, now, watched);
  return is_within(cry.heard_at + pace, now, pace) ? null : { do: "ask" };
}

/** Before a moment that is truly near: a clock that was set back must not silence the phone. */
export const is_within = (moment: number, now: number, longest: number) =>
  now < moment && moment - now <= longest;

/** Lamps answer within ten seconds, and nobody is more anxious than in these. */
const FIRST_SECONDS_MS = 20_000;
const FIRST_PACE_MS = 2_000;
/** Milliseconds between questions: quick while nobody has seen it, slow once officers are there. */
const paces: Record<string, number> = { open: 4_000, on_scene: 20_000 };
const OTHER_PACE_MS = 8_000;
/** A phone in the pocket: nobody reads, and the battery may have to last the night. */
const UNWATCHED = 5;

export function pace_ms(cry: Crying, now: number, watched: boolean): number {
  const is_young = now - cry.pressed_at < FIRST_SECONDS_MS;
  const pace = is_young ? FIRST_PACE_MS : (paces[cry.answer?.state ?? ""] ?? OTHER_PACE_MS);
  return watched ? pace : pace * UNWATCHED;
}

/** A call takes up to so long before it counts as unanswered. */
export const PATIENCE_MS = 8_000;

/** What is shown was true some time ago, and may not be any more. */
export function is_stale(cry: Crying, now: number, watched: boolean): boolean {
  return cry.receipt !== null && now - cry.heard_at > pace_ms(cry, now, watched) + PATIENCE_MS;
}

/** The status and body of an answer; null: none came. */
export type Reply = { status: number; body: unknown } | null;

/** Somewhere on the way is trouble that passes. */
const passing = [408, 425, 429];

/** No answer, or none of the centre's own: it is worth trying again. */
export const says_nothing = (reply: Reply): reply is null =>
  !reply || reply.status >= 500 || passing.includes(reply.status);

export function outcome(errand: Errand, reply: Reply, at: number, chance: number): Event {
  const unanswered: Event = { type: "unanswered", at, chance };
  if (says_nothing(reply)) return unanswered;
  try {
    if (reply.status >= 400) return refusal(errand, reply.status, at, chance);
    return answered(errand, reply.body, at);
  } catch (error) {
    // A page of a hotel's network instead of our answer is no answer.
    if (error instanceof Refused) return unanswered;
    throw error;
  }
}

function refusal(errand: Errand, status: number, at: number, chance: number): Event {
  if (errand.do === "report") return { type: "refused", at, chance };
  if (status === 401) return { type: "locked_out" };
  if (status === 404 || status === 410) return { type: "gone" };
  // Of a walk that has a PIN: it is called off where the PIN is typed.
  if (errand.do === "withdraw" && status === 422) return { type: "withdraw_refused" };
  return errand.do === "tell" ? { type: "tell_refused" } : { type: "unanswered", at, chance };
}

function answered(errand: Errand, body: unknown, at: number): Event {
  if (errand.do === "report") {
    const { receipt, answer } = read_receipt(body);
    return { type: "received", at, receipt, answer, sent: errand.sent };
  }
  const told = errand.do === "tell" ? (errand.fixes.at(-1) ?? null) : null;
  const withdrew = errand.do === "withdraw";
  return { type: "heard", at, answer: read_answer(body), told, withdrew };
}
