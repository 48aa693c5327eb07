// Come here to see what the control room believes, and how each message changes that belief.
// Law: world = next(world, message). Repeats change nothing, gaps are noticed, nothing is mutated.
import type { Frame, Incident, Lamp, LampChange, LampView, Position, Totals } from "./wire.js";
import type { Walks } from "./wire_walks.js";

export interface World {
  /** The last incident frame taken; null before the first snapshot. */
  readonly seq: number | null;
  /** A frame is missing: only a fresh snapshot repairs this world. */
  readonly lost: boolean;
  /** Frames that could not be read since the page was opened. */
  readonly refused: number;
  readonly incidents: ReadonlyMap<string, Incident>;
  /** Where each open incident's caller has been, oldest first. */
  readonly tracks: ReadonlyMap<string, readonly Position[]>;
  /** Every lamp as it was loaded over HTTP. */
  readonly inventory: ReadonlyMap<string, Lamp>;
  /** What the feed said of a lamp since then: kept apart so that a frame copies little. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** Lamp frames taken: a lamp list asked for before a frame must not overwrite that frame. */
  readonly lamp_frames: number;
  readonly totals: Totals | null;
  /** Walks home that are watched, and those that somebody should look at. */
  readonly walks: Walks | null;
}

interface Heard {
  readonly view: LampView;
  readonly frame: number;
}

export type Message =
  | Frame
  | { type: "refused" }
  | { type: "incidents_loaded"; incidents: readonly Incident[] }
  | { type: "track_loaded"; incident_id: string; track: readonly Position[] }
  | { type: "lamps_loaded"; lamps: readonly Lamp[]; asked_after: number };

export const empty_world: World = {
  seq: null,
  lost: false,
  refused: 0,
  incidents: new Map(),
  tracks: new Map(),
  inventory: new Map(),
  heard: new Map(),
  lamp_frames: 0,
  totals: null,
  walks: null,
};

export function next(world: World, message: Message): World {
  switch (message.type) {
    case "snapshot":
      return take_snapshot(world, message);
    case "incident":
      return take_in_order(world, message.seq, message.incident);
    case "elsewhere":
      return take_elsewhere(world, message.seq, message.incident_id);
    case "lamps":
      return take_lamps(world, message.changes, message.totals);
    case "walks":
      return { ...world, walks: message };
    case "tick":
      return take_tick(world, message.seq);
    case "incidents_loaded":
      return message.incidents.reduce(keep_newer, world);
    case "track_loaded":
      return take_track(world, message.incident_id, message.track);
    case "lamps_loaded":
      return take_inventory(world, message.lamps, message.asked_after);
    case "refused":
      return { ...world, refused: world.refused + 1 };
  }
}

/** A snapshot holds every open incident: one that it does not name is open no longer. */
function take_snapshot(
  world: World,
  { seq, incidents, lamps }: Extract<Frame, { type: "snapshot" }>,
): World {
  const closed = [...world.incidents.values()].filter((known) => known.state === "closed");
  const kept = new Map([...closed, ...incidents].map((one) => [one.incident_id, one]));
  const tracks = new Map([...world.tracks].filter(([id]) => is_open(kept.get(id))));
  const fresh = { ...world, seq, lost: false, incidents: kept, tracks };
  return incidents.reduce(follow, { ...fresh, totals: lamps ?? world.totals });
}

/** After a gap the news is still shown, but `seq` stays: the gap is not forgotten. */
function take_in_order(world: World, seq: number, incident: Incident): World {
  if (world.seq !== null && seq <= world.seq) return world;
  const in_order = world.seq !== null && seq === world.seq + 1;
  const told = put(world, incident);
  return in_order ? { ...told, seq } : { ...told, lost: true };
}

/** In the feed of one jurisdiction: whatever this was, it is no incident of ours (any more). */
function take_elsewhere(world: World, seq: number, id: string): World {
  if (world.seq !== null && seq <= world.seq) return world;
  const incidents = new Map(world.incidents);
  const tracks = new Map(world.tracks);
  incidents.delete(id);
  tracks.delete(id);
  const in_order = world.seq !== null && seq === world.seq + 1;
  return { ...world, incidents, tracks, ...(in_order ? { seq } : { lost: true }) };
}

/** A tick that names a later seq than ours means that frames before it never came. */
function take_tick(world: World, seq: number | null): World {
  return seq === null || seq === world.seq || world.lost ? world : { ...world, lost: true };
}

function take_lamps(world: World, changes: readonly LampChange[], totals: Totals | null): World {
  const frame = world.lamp_frames + 1;
  const heard = new Map(world.heard);
  for (const view of changes) heard.set(view.lamp_id, { view, frame });
  return { ...world, heard, lamp_frames: frame, totals: totals ?? world.totals };
}

function take_inventory(world: World, lamps: readonly Lamp[], asked_after: number): World {
  const inventory = new Map(lamps.map((one) => [one.lamp_id, one]));
  const heard = new Map([...world.heard].filter(([, { frame }]) => frame > asked_after));
  return { ...world, inventory, heard };
}

function keep_newer(world: World, incident: Incident): World {
  const known = world.incidents.get(incident.incident_id);
  const older = known && Date.parse(incident.updated_at) < Date.parse(known.updated_at);
  return older ? world : put(world, incident);
}

/** Closed incidents kept: the last pages that were looked up, and not all that a night brings. */
const MOST_CLOSED = 200;

function put(world: World, incident: Incident): World {
  const incidents = new Map(world.incidents);
  // Last in the map is last heard of.
  incidents.delete(incident.incident_id);
  incidents.set(incident.incident_id, incident);
  return follow(
    { ...world, incidents: is_open(incident) ? incidents : forgetful(incidents) },
    incident,
  );
}

function forgetful(incidents: Map<string, Incident>): Map<string, Incident> {
  const closed = [...incidents.values()].filter((one) => !is_open(one));
  for (const { incident_id } of closed.slice(0, -MOST_CLOSED)) incidents.delete(incident_id);
  return incidents;
}

/** What the server remembers, and after it whatever this page has heard since. */
function take_track(world: World, id: string, track: readonly Position[]): World {
  if (!is_open(world.incidents.get(id))) return world;
  const known = world.tracks.get(id) ?? [];
  const last = track.at(-1);
  const since = known.findLastIndex((one) => one.lon === last?.lon && one.lat === last.lat);
  const whole = known.slice(since + 1).reduce(longer, track);
  return { ...world, tracks: new Map(world.tracks).set(id, whole.slice(-LONGEST_TRACK)) };
}

/** Fixes kept for one caller: about half an hour at one every five seconds. */
const LONGEST_TRACK = 360;

/** A closed incident's track is dropped: positions are not kept past their purpose. */
function follow(world: World, incident: Incident): World {
  const { incident_id: id, place } = incident;
  const tracks = new Map(world.tracks);
  if (!is_open(incident)) tracks.delete(id);
  else if (place.position) tracks.set(id, longer(tracks.get(id) ?? [], place.position));
  return { ...world, tracks };
}

export function longer(track: readonly Position[], here: Position): readonly Position[] {
  const last = track.at(-1);
  const still = last?.lon === here.lon && last.lat === here.lat;
  return still ? track : [...track, here].slice(-LONGEST_TRACK);
}

export function is_open(incident: Incident | undefined): boolean {
  return incident !== undefined && incident.state !== "closed";
}

/** Nobody has taken it on yet. */
export function is_waiting(incident: Incident): boolean {
  return incident.state === "open";
}

/** Somebody has acknowledged it, and then nobody set out: the desk was reminded of it. */
export function is_idle(incident: Incident): boolean {
  return is_open(incident) && incident.reminders > 0;
}

/** How hurried the alarm sounds: for whoever waits, and for what nobody does anything about. */
export function loudest(world: World): number | null {
  const calling = [...world.incidents.values()].filter((one) => is_waiting(one) || is_idle(one));
  if (calling.length === 0) return null;
  return Math.max(...calling.map((one) => (is_waiting(one) ? one.escalation : 0)));
}

export function lamp_view(world: World, lamp_id: string): LampView | null {
  return world.heard.get(lamp_id)?.view ?? world.inventory.get(lamp_id)?.view ?? null;
}

/** Open ones that may be the same cry for help, whichever of the two names the other. What is
    linked already is no question any more, and a drill is never the same as a real cry. */
export function possibly_same(world: World, incident: Incident): Incident[] {
  return [...world.incidents.values()].filter(
    (other) =>
      other.incident_id !== incident.incident_id &&
      [incident, other].every(is_open) &&
      other.drill === incident.drill &&
      names(incident, other, "possibly_same") &&
      !names(incident, other, "linked"),
  );
}

const names = (one: Incident, other: Incident, how: "possibly_same" | "linked"): boolean =>
  one[how].includes(other.incident_id) || other[how].includes(one.incident_id);

/** How many wait for somebody, drills apart. */
export function waiting_in(world: World): { real: number; drills: number } {
  const waiting = [...world.incidents.values()].filter(is_waiting);
  const drills = waiting.filter(({ drill }) => drill).length;
  return { real: waiting.length - drills, drills };
}

/** Who waits longest comes first, but for floods: those after everybody else who waits; then what is
 * being handled, newest first; drills after all. */
export function in_order_of_need(incidents: Iterable<Incident>): Incident[] {
  const turn = (one: Incident) =>
    (one.drill ? 3 : 0) + (is_waiting(one) ? (one.flood_group ? 1 : 0) : 2);
  const age = (one: Incident) => Date.parse(one.opened_at) * (is_waiting(one) ? 1 : -1);
  return [...incidents].sort((a, b) => turn(a) - turn(b) || age(a) - age(b));
}
