// Come here for what the phone understands of the centre's answers, and of what it kept itself.
// Law: the report's state and token must be right; all else may be missing or odd.
import {
  amount,
  as_described,
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
import type { Answer, Crying, Receipt } from "./cry.js";

const words = lenient(nullable(text), null);
const no = lenient(flag, false);
const place = lenient(shape({ number: words, address: words }), { number: null, address: null });

const receipt = as_described<
  said.ReportOut,
  "report_id" | "shortfall" | "shortfall_detail" | "drill"
>()(
  shape({
    incident_id: text,
    state: text,
    received_at: moment,
    reporter_token: text,
    place,
    lamps: lenient(list(lenient(shape({}), {})), []),
  }),
);

export function read_receipt(value: unknown): { receipt: Receipt; answer: Answer } {
  const { incident_id, received_at, reporter_token, ...read } = receipt(value);
  const lamps = { asked: read.lamps.length, lit: 0 };
  return {
    receipt: { incident_id, received_at, token: reporter_token },
    answer: { state: read.state, withdrawn: false, ...lamps, ...read.place },
  };
}

const state = as_described<
  said.ReportStateOut,
  | ("report_id" | "incident_id" | "received_at" | "drill")
  | ("acknowledged" | "unit_on_its_way" | "words" | "shown")
>()(
  shape({
    state: text,
    withdrawn: no,
    place,
    lamps: lenient(shape({ asked: amount, lit: amount }), { asked: 0, lit: 0 }),
  }),
);

export function read_answer(value: unknown): Answer {
  const read = state(value);
  return { state: read.state, withdrawn: read.withdrawn, ...read.lamps, ...read.place };
}

const fix = shape({ lon: amount, lat: amount, accuracy_m: nullable(amount), fixed_at: amount });

/** What an older version of this page kept is read by this one, or refused whole. */
export const read_kept = shape({
  stage: oneOf("crying"),
  report_id: text,
  phone_secret: lenient(nullable(text), null),
  silent: flag,
  drill: flag,
  walk_id: nullable(text),
  walker_token: lenient(nullable(text), null),
  pressed_at: amount,
  meant_at: amount,
  tries: amount,
  failures: amount,
  next_try_at: amount,
  plain: flag,
  refused: flag,
  receipt: nullable(shape({ incident_id: text, received_at: text, token: text })),
  answer: nullable(
    shape({
      state: text,
      withdrawn: flag,
      asked: amount,
      lit: amount,
      number: nullable(text),
      address: nullable(text),
    }),
  ),
  heard_at: amount,
  locked_out: flag,
  withdrawal: oneOf("no", "wished", "heard"),
  fix: nullable(fix),
  told: nullable(fix),
  told_at: amount,
  fixes: list(fix),
}) satisfies (value: unknown) => Crying;
