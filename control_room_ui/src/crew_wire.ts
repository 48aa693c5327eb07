// Come here for the shapes that only the lighting crew's page reads, tied to the published documents.
import {
  amount,
  as_described,
  type Checked,
  entries,
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
import { type Lamp, lamp } from "./wire.js";

const hour = lenient(nullable(moment), null);
const texts = lenient(list(text), []);
const number = lenient(amount, 0);

const crew_properties = shape({
  status: lenient(oneOf("online", "silent", "unknown"), "unknown"),
  seen_at: hour,
  silent_since: hour,
  faults_since: hour,
  needs_ladder: texts,
  /** About how often walks home came by lately. */
  walked: number,
});

/** A lamp with what a crew needs to know of it. */
export interface CrewLamp extends Lamp, Checked<typeof crew_properties> {}

export const crew_lamp = (value: unknown): CrewLamp => ({
  ...lamp(value),
  ...crew_properties(entries(value).properties),
});

/** Some of all lamps; `next` asks for those that follow. */
export const crew_lamps = shape({
  features: readable(crew_lamp),
  next: lenient(nullable(text), null),
});

const tested_lamp = as_described<said.TestedLampOut>()(
  shape({
    lamp_id: text,
    label: lenient(text, ""),
    answer: lenient(oneOf("asked", "seen", "failed"), "asked"),
    outranked: lenient(flag, false),
    faults: texts,
  }),
);

export const lamp_test = as_described<said.LampTestOut>()(
  shape({
    test_id: text,
    scene: oneOf("bright", "blink"),
    made_at: moment,
    until: moment,
    ended_at: hour,
    asked: amount,
    seen: amount,
    failed: amount,
    lamps: readable(tested_lamp),
  }),
);
export type LampTest = Checked<typeof lamp_test>;

export const retired = as_described<said.RetiredOut>()(shape({ retired: amount, already: amount }));

const rejected_row = as_described<said.RejectedRowOut>()(
  shape({ row: amount, rule: text, reason: text, cells: texts }),
);
const rule = as_described<said.RuleOut>()(
  shape({ rule: text, rows: amount, row: number, reason: lenient(text, "") }),
);
const finding = as_described<said.FindingOut>()(
  shape({ name: text, rows: amount, words: lenient(text, "") }),
);

export const lamp_import = as_described<said.LampImportOut, "absent_lamps" | "header">()(
  shape({
    written: flag,
    version: amount,
    format: text,
    lamps: amount,
    added: amount,
    changed: amount,
    unchanged: amount,
    absent: number,
    notes: lenient(readable(finding), []),
    rejected: number,
    rejected_by_rule: lenient(readable(rule), []),
    rejected_rows: lenient(readable(rejected_row), []),
  }),
);
export type LampImport = Checked<typeof lamp_import>;

const rejected_area = as_described<said.RejectedAreaOut>()(
  shape({ index: amount, name: lenient(nullable(text), null), reason: text }),
);

export const area_import = as_described<said.AreaImportOut>()(
  shape({
    written: flag,
    version: amount,
    format: oneOf("GeoJSON"),
    areas: amount,
    added: amount,
    changed: amount,
    unchanged: amount,
    rejected: number,
    rejected_areas: lenient(readable(rejected_area), []),
  }),
);
export type AreaImport = Checked<typeof area_import>;
