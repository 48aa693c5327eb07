// Come here for what the phone understands of the centre's words about a walk, and of its own.
import {
  amount,
  as_described,
  type Check,
  type Checked,
  flag,
  lenient,
  list,
  moment,
  nullable,
  oneOf,
  shape,
  text,
} from "../check.js";
import type * as said from "../documents.js";
import type { Going, Shown } from "./walk.js";

const question = as_described<
  said.QuestionOut,
  "asked_at" | "guardian_at" | "guardian_told" | "words"
>()(shape({ help_at: moment, why: lenient(list(text), []) }));

const dark = as_described<said.DarkOut, "words">()(shape({ metres: amount, reason: text }));

const state = as_described<said.WalkStateOut, "walk_id" | "report" | "words">()(
  shape({
    state: text,
    at: moment,
    due_at: moment,
    paused_until: lenient(nullable(moment), null),
    question: nullable(question),
    said_fine: lenient(flag, false),
    dark_ahead: lenient(nullable(dark), null),
    daylight: lenient(flag, false),
    needs_pin: flag,
    watched: lenient(flag, false),
    possible: lenient(list(text), []),
  }),
);

export function read_shown(value: unknown): Shown {
  const { at, due_at, paused_until, question, dark_ahead, ...read } = state(value);
  return {
    ...read,
    at: Date.parse(at),
    due_at: Date.parse(due_at),
    paused_until: paused_until === null ? null : Date.parse(paused_until),
    question: question && { help_at: Date.parse(question.help_at), why: question.why },
    dark: dark_ahead,
  };
}

const start = shape({
  walker_token: text,
  guardians: lenient(
    list(shape({ link: text, expires_at: moment, consent: flag, can_be_told: flag })),
    [],
  ),
});

/** `page`: where this page was found, for a centre that does not know how browsers find it. */
export function read_start(value: unknown, page: string) {
  const { walker_token: token, guardians } = start(value);
  return { token, link: link_of(guardians[0], page), shown: read_shown(value) };
}

function link_of(guardian: Checked<typeof start>["guardians"][number] | undefined, page: string) {
  if (!guardian) return null;
  const { link, expires_at, ...said } = guardian;
  return { ...said, url: new URL(link, page).href, expires_at: Date.parse(expires_at) };
}

const no_text = nullable(text);
const fix = shape({ lon: amount, lat: amount, accuracy_m: nullable(amount), fixed_at: amount });

/** What an older version of this page kept is read by this one, or refused whole. */
export const read_kept_walk: Check<Going> = shape({
  stage: oneOf("going"),
  walk_id: text,
  phone_secret: lenient(no_text, null),
  began_at: amount,
  label: text,
  letter: nullable(
    shape({
      expected_minutes: amount,
      destination: nullable(shape({ lon: amount, lat: amount })),
      guardians: list(
        shape({
          ...{ contact: text, consent: flag, consent_version: text },
          consent_language: lenient(text, ""),
        }),
      ),
      watched: lenient(flag, false),
      watched_consent_version: lenient(text, ""),
      watched_consent_language: lenient(text, ""),
      pin: no_text,
      duress_pin: no_text,
    }),
  ),
  token: no_text,
  guardian: lenient(
    nullable(
      shape({ contact: text, url: text, expires_at: amount, consent: flag, can_be_told: flag }),
    ),
    null,
  ),
  shown: nullable(
    shape({
      state: text,
      at: amount,
      due_at: amount,
      paused_until: lenient(nullable(amount), null),
      question: nullable(shape({ help_at: amount, why: list(text) })),
      said_fine: flag,
      dark: nullable(shape({ metres: amount, reason: text })),
      daylight: lenient(flag, false),
      needs_pin: flag,
      watched: lenient(flag, false),
      possible: list(text),
    }),
  ),
  ahead_ms: amount,
  heard_at: amount,
  told_at: amount,
  failures: amount,
  next_try_at: amount,
  /** A PIN is never kept: what was wished is asked for again. */
  wish: () => null,
  refused: nullable(oneOf("start", "pin", "wish")),
  told: nullable(fix),
  fixes: list(fix),
  rung_at: amount,
});
