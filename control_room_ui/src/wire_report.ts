// Come here for what whoever cried for help is told: at once, and later.
import {
  amount,
  as_described,
  type Checked,
  flag,
  lenient,
  moment,
  nullable,
  readable,
  shape,
  text,
} from "./check.js";
import type * as said from "./documents.js";
import { nowhere, place_shape, shortfall } from "./wire.js";

/** The answer to a cry for help, for the one who cried. */
export const report_receipt = as_described<said.ReportOut, "drill">()(
  shape({
    report_id: text,
    incident_id: text,
    state: text,
    received_at: lenient(moment, new Date(0).toISOString()),
    place: lenient(place_shape, nowhere),
    lamps: lenient(readable(shape({ lamp_id: text, metres: lenient(nullable(amount), null) })), []),
    shortfall: lenient(nullable(text), null),
    shortfall_detail: lenient(nullable(shortfall), null),
    reporter_token: text,
  }),
);
export type ReportReceipt = Checked<typeof report_receipt>;

/** What the caller may know later. */
export const report_state = as_described<
  said.ReportStateOut,
  "place" | "report_id" | "incident_id" | "received_at" | "drill" | "shown"
>()(
  shape({
    state: text,
    acknowledged: lenient(flag, false),
    unit_on_its_way: lenient(flag, false),
    withdrawn: lenient(flag, false),
    lamps: lenient(shape({ asked: amount, lit: amount }), { asked: 0, lit: 0 }),
    words: lenient(shape({ ko: text, en: text }), { ko: "", en: "" }),
  }),
);
export type ReportState = Checked<typeof report_state>;
