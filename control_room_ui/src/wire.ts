// Come here for every shape that crosses the wire between the dispatcher and these pages.
// Law: what names an incident, its state and its hour must be right; all else may be missing or odd.
// Each shape is tied to the published documents: where the two disagree, tsc fails.
import {
  amount,
  as_described,
  type Check,
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
import { walks_frame } from "./wire_walks.js";

const perhaps = { text: lenient(nullable(text), null), amount: lenient(nullable(amount), null) };
const yes_or_no = lenient(flag, false);
const texts = lenient(list(text), []);

/** WGS84 degrees; accuracy_m null: unknown. */
export const position = as_described<said.PositionOut>()(
  shape({ lon: amount, lat: amount, accuracy_m: perhaps.amount }),
);
export type Position = Checked<typeof position>;

/** Where a pole stands, seen from the caller: metres, and degrees clockwise from north. */
export const pole = as_described<said.PoleOut>()(
  shape({ label: text, metres: amount, bearing: perhaps.amount }),
);
export type Pole = Checked<typeof pole>;

export const place_shape = as_described<said.PlaceOut>()(
  shape({
    position: lenient(nullable(position), null),
    fixed_at: lenient(nullable(moment), null),
    quality: lenient(oneOf("good", "rough", "poor", "unknown", "none"), "unknown"),
    stale: yes_or_no,
    number: perhaps.text,
    address: perhaps.text,
    jurisdiction: perhaps.text,
    jurisdiction_how: lenient(nullable(oneOf("inside", "nearest", "outside")), null),
    unit: perhaps.text,
    poles: lenient(readable(pole), []),
  }),
);
export type Place = Checked<typeof place_shape>;
export const nowhere = place_shape({ quality: "none" });

export const asked_lamp = as_described<said.AskedLampOut>()(
  shape({
    lamp_id: text,
    metres: perhaps.amount,
    reason: perhaps.text,
    asked: lenient(text, "none"),
    seen: yes_or_no,
    faults: texts,
  }),
);
export type AskedLamp = Checked<typeof asked_lamp>;

export const shortfall = as_described<said.ShortfallOut>()(
  shape({
    code: text,
    asked: lenient(amount, 0),
    silent: lenient(amount, 0),
    within_m: perhaps.amount,
  }),
);

/** Where a watched walker came by before the cry. */
const crumb = as_described<said.CrumbOut, "accuracy_m" | "fixed_at">()(
  shape({ lon: amount, lat: amount }),
);

/** Somebody who should know, and could not be told until now. */
const untold = as_described<said.UntoldOut, "since" | "attempts" | "last_error">()(
  shape({ target: text }),
);
export type Untold = Checked<typeof untold>;

/** States and kinds are open texts: one this page does not know is shown by its own name. */
export const incident = as_described<said.IncidentOut, "walk_id">()(
  shape({
    incident_id: text,
    kind: lenient(text, "sos"),
    state: text,
    opened_at: moment,
    updated_at: lenient(moment, new Date(0).toISOString()),
    drill: yes_or_no,
    silent: yes_or_no,
    withdrawn: yes_or_no,
    flood: lenient(amount, 0),
    flood_group: lenient(nullable(text), null),
    escalation: lenient(amount, 0),
    reminders: lenient(amount, 0),
    daylight: yes_or_no,
    scene: lenient(text, "none"),
    light_until: lenient(nullable(moment), null),
    place: lenient(place_shape, nowhere),
    lamps: lenient(readable(asked_lamp), []),
    shortfall: perhaps.text,
    shortfall_detail: lenient(nullable(shortfall), null),
    unit: perhaps.text,
    responding: texts,
    disposition: perhaps.text,
    note: perhaps.text,
    seen: lenient(nullable(shape({ ko: text, en: text })), null),
    possibly_same: texts,
    untold: lenient(readable(untold), []),
    track: lenient(readable(crumb), []),
    instructions: lenient(text, ""),
    linked: texts,
    allowed: texts,
    kept_until: lenient(nullable(moment), null),
    hold: lenient(nullable(shape({ until: moment, reason: lenient(text, "") })), null),
    erased_at: lenient(nullable(moment), null),
  }),
);
export type Incident = Checked<typeof incident>;

const incident_frame = as_described<said.IncidentFrame>()(
  shape({
    type: oneOf("incident"),
    seq: amount,
    event: lenient(text, ""),
    at: lenient(moment, new Date(0).toISOString()),
    incident,
  }),
);
export type IncidentFrame = Checked<typeof incident_frame>;

/** All the frames of one incident, in order, for a replay. */
export const replay = as_described<said.ReplayOut>()(shape({ frames: readable(incident_frame) }));

export const incident_page = as_described<said.IncidentsOut, "next">()(
  shape({ incidents: readable(incident) }),
);

const view_fields = {
  scene: perhaps.text,
  level: perhaps.amount,
  online: lenient(nullable(flag), null),
  faults: texts,
};

/** What a lamp shows; null: nobody has heard yet. Level is percent of linear light output. */
export const lamp_view = shape(view_fields);
export type LampView = Checked<typeof lamp_view>;

export const lamp_change = as_described<said.LampChange>()(
  shape({ lamp_id: text, ...view_fields }),
);
export type LampChange = Checked<typeof lamp_change>;

export interface Lamp {
  lamp_id: string;
  label: string;
  address: string;
  lon: number;
  lat: number;
  view: LampView;
}

const point = as_described<said.PointOut, "type">()(shape({ coordinates: list(amount) }));
const lamp_properties = as_described<
  said.LampPropertiesOut,
  "seen_at" | "status" | "faults_since" | "silent_since" | "needs_ladder" | "walked"
>()(
  shape({
    lamp_id: text,
    label: lenient(text, ""),
    address: lenient(text, ""),
    ...view_fields,
  }),
);
const lamp_feature = as_described<said.LampOut, "type" | "id">()(
  shape({ geometry: point, properties: lamp_properties }),
);

/** One GeoJSON point of GET /v1/lamps. */
export function lamp(value: unknown): Lamp {
  const { geometry, properties } = lamp_feature(value);
  const { lamp_id, label, address, ...view } = properties;
  const [lon, lat] = geometry.coordinates;
  return { lamp_id, label, address, lon: amount(lon), lat: amount(lat), view };
}
export const lamp_collection = shape({ features: readable(lamp) });

export const totals = as_described<said.LampTotals>()(
  shape({
    total: amount,
    online: amount,
    lit: amount,
    faulty: lenient(amount, 0),
  }),
);
export type Totals = Checked<typeof totals>;

export const journal_entry = as_described<said.EntryOut>()(
  shape({
    seq: lenient(amount, 0),
    at: moment,
    event: text,
    actor: perhaps.text,
    reason: perhaps.text,
    detail: lenient(entries, {}),
  }),
);
export type JournalEntry = Checked<typeof journal_entry>;
export const journal = as_described<said.JournalOut>()(
  shape({
    entries: readable(journal_entry),
    left_out: lenient(nullable(shape({ what: texts, until: text })), null),
  }),
);
export type Journal = Checked<typeof journal>;

/** RFC 9457, with the moves that would have been allowed where a move was refused. */
export const problem = as_described<said.ProblemOut, "type" | "possible">()(
  shape({
    title: lenient(text, ""),
    detail: lenient(text, ""),
    status: lenient(amount, 0),
    allowed: texts,
    errors: lenient(readable(shape({ field: text, reason: text })), []),
    trouble: perhaps.text,
    alone_after: perhaps.text,
  }),
);
export type Problem = Checked<typeof problem>;

const frames = {
  snapshot: as_described<said.SnapshotFrame>()(
    shape({
      type: oneOf("snapshot"),
      seq: amount,
      incidents: readable(incident),
      lamps: lenient(nullable(totals), null),
    }),
  ),
  incident: incident_frame,
  /** In a feed of one jurisdiction: what happened to an incident that is no longer, or never was, its own. */
  elsewhere: as_described<said.ElsewhereFrame>()(
    shape({ type: oneOf("elsewhere"), seq: amount, incident_id: text }),
  ),
  lamps: as_described<said.LampsFrame>()(
    shape({
      type: oneOf("lamps"),
      changes: readable(lamp_change),
      totals: lenient(nullable(totals), null),
    }),
  ),
  walks: walks_frame,
  tick: as_described<said.TickFrame>()(
    shape({ type: oneOf("tick"), at: moment, seq: perhaps.amount }),
  ),
} satisfies Record<said.FeedFrame["type"], Check<{ type: string }>>;
export type Frame = Checked<(typeof frames)[keyof typeof frames]>;

/** A frame of the feed; null for a type of a newer server; Refused for a broken one. */
export function frame(value: unknown): Frame | null {
  const type = text(entries(value).type);
  return Object.hasOwn(frames, type) ? frames[type as keyof typeof frames](value) : null;
}

const outline = as_described<said.OutlineOut>()(
  shape({ type: oneOf("MultiPolygon"), coordinates: list(list(list(list(amount)))) }),
);
const area_properties = as_described<said.AreaPropertiesOut>()(
  shape({ name: lenient(text, ""), kind: lenient(text, ""), unit: perhaps.text }),
);
const area = as_described<said.AreaOut>()(
  shape({ type: oneOf("Feature"), geometry: outline, properties: area_properties }),
);
export const area_collection = as_described<said.FeatureCollectionOut, "type">()(
  shape({ features: readable(area) }),
);
export type Area = Checked<typeof area>;

const map_ground = as_described<said.MapOut>()(
  shape({ style: perhaps.text, pmtiles: perhaps.text }),
);
/** What this deployment brings along for its screens. */
export const settings = as_described<said.SettingsOut>()(
  shape({ map: map_ground, screens: texts }),
);

export const anything: Check<unknown> = (value) => value;
