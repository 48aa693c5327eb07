// Come here for what a walking phone says to the centre next, and what an answer to it means.
// Law: one errand at a time; until the walk has begun only its start; wishes before positions.
import { Refused } from "../check.js";
import { LONGEST_PAUSE_MS } from "./cry.js";
import { is_within, type Reply, says_nothing } from "./errands.js";
import type { Fix } from "./fix.js";
import type { Going, WalkEvent, Wish } from "./walk.js";
import type { Letter } from "./walk_letter.js";
import { read_shown, read_start } from "./walk_wire.js";

export type WalkErrand =
  | { do: "start"; letter: Letter }
  | { do: "wish"; wish: Wish }
  | { do: "tell"; fixes: readonly Fix[] };

/** Seven metres on foot: the lamps ahead are chosen for the next ten seconds and more. */
const TELL_EVERY_MS = 5_000;
/** Somebody is asked or helped, and looks. */
const ASKED_EVERY_MS = 3_000;
/** Who stands says only that they are there: a quarter of the time there is to answer a question. */
const QUIET_EVERY_MS = 15_000;

export function walk_due(walk: Going, now: number): WalkErrand | null {
  if (is_within(walk.next_try_at, now, LONGEST_PAUSE_MS)) return null;
  if (!walk.token) {
    const is_meant = walk.letter !== null && walk.refused !== "start";
    return is_meant && walk.letter ? { do: "start", letter: walk.letter } : null;
  }
  if (walk.wish) return { do: "wish", wish: walk.wish };
  const pace = pace_ms(walk);
  return is_within(walk.told_at + pace, now, pace) ? null : { do: "tell", fixes: walk.fixes };
}

function pace_ms({ shown, fixes }: Going): number {
  if (shown?.state === "asking" || shown?.state === "alarmed") return ASKED_EVERY_MS;
  return fixes.length > 0 ? TELL_EVERY_MS : QUIET_EVERY_MS;
}

/** What is shown may not be true any more: two rounds and a call's patience without a word. */
export const is_unheard = (walk: Going, now: number): boolean =>
  walk.token !== null && (walk.failures > 1 || now - walk.heard_at > 2 * QUIET_EVERY_MS + 8_000);

export function walk_outcome(
  errand: WalkErrand,
  reply: Reply,
  at: number,
  chance: number,
  page: string,
): WalkEvent {
  const unanswered: WalkEvent = { type: "unanswered", at, chance };
  if (says_nothing(reply)) return unanswered;
  try {
    return reply.status >= 400
      ? refusal(errand, reply.status, at)
      : answered(errand, reply.body, at, page);
  } catch (error) {
    // A page of a hotel's network instead of our answer is no answer.
    if (error instanceof Refused) return unanswered;
    throw error;
  }
}

function refusal(errand: WalkErrand, status: number, at: number): WalkEvent {
  if (errand.do !== "start" && [401, 404, 410].includes(status)) return { type: "gone" };
  const is_pin = errand.do === "wish" && status === 422;
  return { type: "refused", at, what: is_pin ? "pin" : errand.do };
}

function answered(errand: WalkErrand, body: unknown, at: number, page: string): WalkEvent {
  if (errand.do === "start") return { type: "started", at, ...read_start(body, page) };
  const told = errand.do === "tell" ? (errand.fixes.at(-1) ?? null) : null;
  const granted = errand.do === "wish" ? errand.wish : null;
  return { type: "heard", at, shown: read_shown(body), told, granted };
}
