// Come here for the shapes of walks home as the feed tells the desk of them.
import {
  amount,
  as_described,
  type Checked,
  flag,
  lenient,
  list,
  moment,
  nullable,
  oneOf,
  readable,
  shape,
  text,
} from "./check.js";
import type * as said from "./documents.js";

const words = shape({ ko: text, en: text });
const hour = lenient(nullable(moment), null);

const cause = as_described<said.CauseOut, "signal" | "value">()(shape({ words }));
const alarm = as_described<said.AlarmOut, "how">()(
  shape({
    at: moment,
    silent: lenient(flag, false),
    incident_id: lenient(nullable(text), null),
    words,
  }),
);
const place = as_described<said.PositionOut>()(
  shape({ lon: amount, lat: amount, accuracy_m: nullable(amount) }),
);

export const desk_walk = as_described<said.DeskWalkOut, "started_at" | "due_at">()(
  shape({
    walk_id: text,
    state: text,
    watched: lenient(flag, false),
    heard_at: moment,
    battery: lenient(nullable(amount), null),
    why: lenient(readable(cause), []),
    asked_at: hour,
    help_at: hour,
    guardians: lenient(amount, 0),
    guardian_told_at: hour,
    guardian_untold: lenient(nullable(text), null),
    guardian_alarm_at: hour,
    alarm: lenient(nullable(alarm), null),
    said_fine: lenient(flag, false),
    position: lenient(nullable(place), null),
    fixed_at: hour,
  }),
);
export type DeskWalk = Checked<typeof desk_walk>;

/** An odd walk must not hide the others. */
const walks = lenient(list(lenient(nullable(desk_walk), null)), []);
const those_read = (value: unknown): DeskWalk[] => walks(value).filter((one) => one !== null);

export const walks_frame = as_described<said.WalksFrame>()(
  shape({
    type: oneOf("walks"),
    total: amount,
    paused: lenient(amount, 0),
    unheard: lenient(amount, 0),
    needing_attention: lenient(amount, 0),
    attention: those_read,
    watched: those_read,
  }),
);
export type Walks = Checked<typeof walks_frame>;
