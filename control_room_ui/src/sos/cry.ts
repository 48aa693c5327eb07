// Come here for the life of a cry for help on the phone, from the finger to its end.
// Law: cry = next(cry, event). A cry keeps its id, and nothing but its caller or its end stops it.
import { type Fix, newer, worth_telling } from "./fix.js";

/** Longer than a hand that brushes the glass; shorter than anybody in need gives up. */
export const HOLD_MS = 1_200;
/** Time to say "no" to an accident; nobody who is dragged away has to say "yes". */
export const COUNTDOWN_MS = 5_000;
/** After half an hour without a network the danger has mostly ended one way or the other: ask. */
export const STILL_MEANT_MS = 30 * 60_000;
/** A caller out of the network at one fix every few seconds: the newest minutes, no more. */
const MOST_FIXES = 60;

/** What is fixed when the finger comes down: the id is made here, before anything can fail. */
export interface Press {
  readonly report_id: string;
  /** What nobody but this phone knows; none in what an older page has kept. */
  readonly phone_secret: string | null;
  readonly silent: boolean;
  readonly drill: boolean;
  readonly fix: Fix | null;
  /** The walk during which it was pressed: its track tells where the caller came from. */
  readonly walk_id: string | null;
  readonly walker_token: string | null;
}

export interface Calm {
  readonly stage: "calm";
}

export interface Pressing {
  readonly stage: "holding" | "counting";
  readonly since: number;
  readonly press: Press;
}

/** What the centre says of the report. */
export interface Answer {
  readonly state: string;
  readonly withdrawn: boolean;
  readonly asked: number;
  readonly lit: number;
  readonly number: string | null;
  readonly address: string | null;
}

export interface Receipt {
  readonly incident_id: string;
  readonly received_at: string;
  readonly token: string;
}

export interface Crying {
  readonly stage: "crying";
  readonly report_id: string;
  readonly phone_secret: string | null;
  readonly silent: boolean;
  readonly drill: boolean;
  readonly walk_id: string | null;
  readonly walker_token: string | null;
  readonly pressed_at: number;
  /** Since when it is meant: the press, or the last "yes, still". */
  readonly meant_at: number;
  /** How often the report has been tried: from the first on it may have arrived. */
  readonly tries: number;
  /** Calls without an answer in a row; nothing is tried before `next_try_at`. */
  readonly failures: number;
  readonly next_try_at: number;
  /** The centre refused the whole letter: a plain one without place and times goes instead. */
  readonly plain: boolean;
  /** It refused even that. It is tried on, and the caller knows. */
  readonly refused: boolean;
  readonly receipt: Receipt | null;
  readonly answer: Answer | null;
  readonly heard_at: number;
  /** The centre does not know our token: nothing more can be asked or said. */
  readonly locked_out: boolean;
  readonly withdrawal: "no" | "wished" | "heard";
  readonly fix: Fix | null;
  /** The last fix that the centre has for certain, and those it has yet to be told. */
  readonly told: Fix | null;
  readonly told_at: number;
  readonly fixes: readonly Fix[];
}

/** Nothing of the caller is left but how it ended. */
export interface Over {
  readonly stage: "over";
  readonly how: "closed" | "gone" | "dropped";
  readonly silent: boolean;
  readonly drill: boolean;
}

export type Cry = Calm | Pressing | Crying | Over;

export type Event =
  | { type: "hold_began" | "tapped"; at: number; press: Press }
  | { type: "let_go"; at: number; tap_counts: boolean }
  | { type: "cancelled" | "not_needed" | "withdraw_wished" | "needed_again" | "dismissed" }
  | { type: "ticked" | "online" | "still_needed" | "sent_now"; at: number }
  | { type: "fixed"; fix: Fix }
  | { type: "tried" }
  | { type: "received"; at: number; receipt: Receipt; answer: Answer; sent: Fix | null }
  | { type: "unanswered" | "refused"; at: number; chance: number }
  | { type: "heard"; at: number; answer: Answer; told: Fix | null; withdrew: boolean }
  | { type: "tell_refused" | "withdraw_refused" | "locked_out" | "gone" }
  | { type: "restored"; crying: Crying };

/** What the press said, wherever it has got to; calm is neither silent nor a drill. */
export function nature(cry: Cry): { silent: boolean; drill: boolean } {
  if ("press" in cry) return cry.press;
  return cry.stage === "calm" ? { silent: false, drill: false } : cry;
}

export const calm: Calm = { stage: "calm" };

export function next(cry: Cry, event: Event): Cry {
  if (event.type === "restored") return cry.stage === "crying" ? cry : awake(event.crying);
  switch (cry.stage) {
    case "calm":
      return from_calm(cry, event);
    case "holding":
    case "counting":
      return from_pressing(cry, event);
    case "crying":
      return from_crying(cry, event);
    case "over":
      return event.type === "dismissed" ? calm : cry;
  }
}

/** What was kept is tried at once, whatever pause it was in. */
const awake = (kept: Crying): Crying => ({ ...kept, next_try_at: 0, failures: 0 });

function from_calm(cry: Calm, event: Event): Cry {
  if (event.type === "hold_began") return { stage: "holding", since: event.at, press: event.press };
  if (event.type === "tapped") return { stage: "counting", since: event.at, press: event.press };
  return cry;
}

function from_pressing(cry: Pressing, event: Event): Cry {
  switch (event.type) {
    case "fixed":
      return { ...cry, press: { ...cry.press, fix: newer(cry.press.fix, event.fix) } };
    case "ticked":
      return is_full(cry, event.at) ? begun(cry.press, event.at) : cry;
    case "let_go":
      return let_go(cry, event.at, event.tap_counts);
    case "sent_now":
      return begun(cry.press, event.at);
    case "cancelled":
      return calm;
    default:
      return cry;
  }
}

function is_full({ stage, since }: Pressing, at: number): boolean {
  return at - since >= (stage === "holding" ? HOLD_MS : COUNTDOWN_MS);
}

function let_go(cry: Pressing, at: number, tap_counts: boolean): Cry {
  if (cry.stage === "counting") return cry;
  if (is_full(cry, at)) return begun(cry.press, at);
  return tap_counts ? { stage: "counting", since: at, press: cry.press } : calm;
}

function begun(press: Press, at: number): Crying {
  return {
    stage: "crying",
    ...press,
    pressed_at: at,
    meant_at: at,
    tries: 0,
    failures: 0,
    next_try_at: 0,
    plain: false,
    refused: false,
    receipt: null,
    answer: null,
    heard_at: 0,
    locked_out: false,
    withdrawal: "no",
    told: null,
    told_at: 0,
    fixes: [],
  };
}

function from_crying(cry: Crying, event: Event): Cry {
  switch (event.type) {
    case "fixed":
      return fixed(cry, event.fix);
    case "tried":
      return { ...cry, tries: cry.tries + 1 };
    case "received":
      return cry.receipt ? cry : received(cry, event);
    case "heard":
      return heard(cry, event);
    case "withdraw_wished":
      return { ...cry, withdrawal: cry.withdrawal === "no" ? "wished" : cry.withdrawal };
    case "not_needed":
      return cry.receipt ? cry : over(cry, "dropped");
    case "needed_again":
      return cry.withdrawal === "heard" ? calm : cry;
    case "gone":
      return over(cry, "gone");
    default:
      return { ...cry, ...after_trouble(cry, event) };
  }
}

/** What changes when something went wrong, or may go right again. */
function after_trouble(cry: Crying, event: Event): Partial<Crying> {
  switch (event.type) {
    case "unanswered":
      return pause(cry, event);
    case "refused":
      return cry.plain ? { ...pause(cry, event), refused: true } : { plain: true, next_try_at: 0 };
    case "withdraw_refused":
      return { withdrawal: cry.withdrawal === "heard" ? "heard" : "no" };
    case "tell_refused":
      return { fixes: [], told: cry.fixes.at(-1) ?? cry.told };
    case "locked_out":
      return { locked_out: true };
    case "online":
      return { next_try_at: 0 };
    case "still_needed":
      return { meant_at: event.at, next_try_at: 0, failures: 0 };
    default:
      return {};
  }
}

function received(cry: Crying, event: Extract<Event, { type: "received" }>): Cry {
  if (event.answer.state === "closed") return over(cry, "closed");
  // An earlier try may be the one that arrived: then the centre knows an earlier place.
  const told = cry.tries <= 1 ? event.sent : null;
  const fixes = cry.fix && worth_telling(told, cry.fix) ? [cry.fix] : [];
  const { receipt, answer, at } = event;
  const trouble = { failures: 0, next_try_at: 0, refused: false };
  return { ...cry, ...trouble, receipt, answer, heard_at: at, told, told_at: told ? at : 0, fixes };
}

function heard(cry: Crying, event: Extract<Event, { type: "heard" }>): Cry {
  const { answer, at, told, withdrew } = event;
  if (answer.state === "closed") return over(cry, "closed");
  const withdrawal = withdrew || answer.withdrawn ? "heard" : cry.withdrawal;
  const fresh = { ...cry, answer, heard_at: at, failures: 0, next_try_at: 0, withdrawal } as const;
  if (!told) return fresh;
  const fixes = cry.fixes.filter((fix) => fix.fixed_at > told.fixed_at);
  return { ...fresh, told, told_at: at, fixes };
}

function fixed(cry: Crying, found: Fix): Crying {
  const fix = newer(cry.fix, found);
  const is_news = cry.receipt !== null && worth_telling(cry.fixes.at(-1) ?? cry.told, found);
  return { ...cry, fix, fixes: is_news ? [...cry.fixes, found].slice(-MOST_FIXES) : cry.fixes };
}

function over({ silent, drill }: Crying, how: Over["how"]): Over {
  return { stage: "over", how, silent, drill };
}

const FIRST_PAUSE_MS = 1_000;
/** Nobody in need waits longer than this for a network that has come back unannounced. */
export const LONGEST_PAUSE_MS = 15_000;

/** Doubling, and between half and all of it by chance: a whole street's phones do not knock as one. */
export function pause_ms(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return longest * (0.5 + chance / 2);
}

function pause(cry: Crying, { at, chance }: { at: number; chance: number }): Partial<Crying> {
  return { failures: cry.failures + 1, next_try_at: at + pause_ms(cry.failures, chance) };
}

/** Not received within the time in which it is surely meant: the caller is asked first. */
export function is_old(cry: Crying, now: number): boolean {
  return cry.receipt === null && now - cry.meant_at > STILL_MEANT_MS;
}
