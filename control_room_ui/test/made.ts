// Come here for incidents, lamps and frames to test with, as the dispatcher would send them.
import { frame, type Incident, incident, type Lamp, type LampView } from "../src/wire.js";
import { empty_world, type Message, next, type World } from "../src/world.js";

export const T0 = "2026-11-22T12:00:00.000Z";

export function an_incident(id: string, fields: object = {}): Incident {
  return incident({ incident_id: id, state: "open", opened_at: T0, updated_at: T0, ...fields });
}

export function at(lon: number, lat: number, accuracy_m: number | null = 10): object {
  return { place: { position: { lon, lat, accuracy_m }, quality: "good" } };
}

export function read(value: unknown): Message {
  const message = frame(value);
  if (!message) throw new Error("the test made a frame of no known type");
  return message;
}

export const snapshot = (seq: number, ...incidents: Incident[]): Message =>
  read({ type: "snapshot", seq, incidents, lamps: null });

export const news = (seq: number, one: Incident): Message =>
  read({ type: "incident", seq, event: "noted", at: T0, incident: one });

export const tick = (seq: number | null): Message => read({ type: "tick", at: T0, seq });

export const lamps = (...changes: object[]): Message => read({ type: "lamps", changes });

export const view = (fields: Partial<LampView> = {}): LampView => ({
  scene: "schedule",
  level: 60,
  online: true,
  faults: [],
  ...fields,
});

export const a_lamp = (lamp_id: string, fields: Partial<LampView> = {}): Lamp => ({
  lamp_id,
  label: lamp_id,
  address: "",
  lon: 127.01,
  lat: 37.65,
  view: view(fields),
});

export const after = (...messages: Message[]): World => messages.reduce(next, empty_world);
