// Come here to see what of the world is drawn: incidents, their accuracy, tracks and chosen lamps.
import type { Position as Coordinates, Feature, Point } from "geojson";
import { ring } from "./earth.js";
import { answer } from "./lamplight.js";
import type { Area, Incident, Position } from "./wire.js";
import { is_open, lamp_view, type World } from "./world.js";

/** Features by a name of their own; the same name later is the same thing on the map. */
export type Drawing = ReadonlyMap<string, Feature>;

function feature(id: string, geometry: Feature["geometry"], properties: object): Feature {
  return { type: "Feature", geometry, properties: { ...properties, id } };
}
const by_id = (all: Feature[]): Drawing =>
  new Map(all.map((one) => [String(one.properties?.id), one]));
const point = (lon: number, lat: number): Point => ({ type: "Point", coordinates: [lon, lat] });

/** Texts on the map depend on the language; they are handed in. */
export interface MapWords {
  drill: string;
  silent: string;
}

/** Every open incident that has a place, and the chosen one whatever its state. */
export function draw_incidents(world: World, chosen: string | null, words: MapWords): Drawing {
  const shown = [...world.incidents.values()].filter(
    (one) => is_open(one) || one.incident_id === chosen,
  );
  const all = shown.flatMap((one) => [
    ...draw_incident(one, one.incident_id === chosen, words),
    ...draw_track(world, one),
  ]);
  return by_id(all);
}

function draw_incident(incident: Incident, chosen: boolean, words: MapWords): Feature[] {
  const { incident_id: id, state, drill, silent } = incident;
  const here = incident.place.position;
  if (!here) return [];
  const label = [drill && words.drill, silent && words.silent].filter(Boolean).join(" · ");
  return draw_pin(id, here, { incident_id: id, state, drill, silent, chosen, label });
}

function draw_pin(id: string, here: Position, properties: object): Feature[] {
  const pin = feature(`pin ${id}`, point(here.lon, here.lat), { ...properties, part: "pin" });
  if (!here.accuracy_m) return [pin];
  const disc = { type: "Polygon" as const, coordinates: [ring(here, here.accuracy_m)] };
  return [pin, feature(`disc ${id}`, disc, { ...properties, part: "disc" })];
}

function draw_track(world: World, { incident_id: id }: Incident): Feature[] {
  const fixes = world.tracks.get(id) ?? [];
  const line = { type: "LineString" as const, coordinates: fixes.map((at) => [at.lon, at.lat]) };
  return fixes.length < 2 ? [] : [feature(`track ${id}`, line, { part: "track" })];
}

/** The caller of the page that presses SOS: a pin and its circle, red once help was called. */
export function draw_caller(here: Position, has_called: boolean): Drawing {
  const state = has_called ? "open" : "assigned";
  const flags = { drill: false, silent: false, chosen: false };
  return by_id(draw_pin("caller", here, { state, label: "", ...flags }));
}

/** MapLibre takes an id that reads as a number for one, and a whole tile fails where it is too big. */
export const lamp_key = (lamp_id: string): string => `lamp:${lamp_id}`;

/** How each lamp of the chosen incident answered. */
export function draw_answers(world: World, chosen: string | null): Drawing {
  const drawing = new Map<string, Feature>();
  const incident = chosen ? world.incidents.get(chosen) : undefined;
  // A closed incident asks nothing of its lamps any more.
  if (!incident || !is_open(incident)) return drawing;
  for (const asked of incident.lamps) {
    const lamp = world.inventory.get(asked.lamp_id);
    if (!lamp) continue;
    const mark = answer(asked, lamp_view(world, asked.lamp_id));
    const label = lamp.label || lamp.lamp_id;
    const properties = { mark, label };
    const key = lamp_key(lamp.lamp_id);
    drawing.set(key, feature(key, point(lamp.lon, lamp.lat), properties));
  }
  return drawing;
}

/** What to add (or replace) and what to remove to come from one drawing to the next. */
export function difference(before: Drawing, after: Drawing): { add: Feature[]; remove: string[] } {
  const add = [...after].filter(([id, one]) => !alike(before.get(id), one)).map(([, one]) => one);
  const remove = [...before.keys()].filter((id) => !after.has(id));
  return { add, remove };
}

const alike = (one: Feature | undefined, other: Feature) =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/** An area's outline, and its name at the middle of its greatest ring. */
export function draw_areas(areas: readonly Area[]): Feature[] {
  return areas.flatMap((area) => {
    const { geometry } = area;
    const outline: Feature = { type: "Feature", geometry, properties: area.properties };
    const middle = middle_of(longest_ring(geometry));
    if (!middle) return [outline];
    const name: Feature = { type: "Feature", geometry: middle, properties: area.properties };
    return [outline, name];
  });
}

export function longest_ring(geometry: Feature["geometry"]): Coordinates[] {
  const rings =
    geometry.type === "Polygon"
      ? geometry.coordinates
      : geometry.type === "MultiPolygon"
        ? geometry.coordinates.flat()
        : [];
  return rings.reduce((best, one) => (one.length > best.length ? one : best), []);
}

/** The centre of a ring's surface; its corners may crowd on one side. */
export function middle_of(corners: Coordinates[]): Point | null {
  const [from_x = 0, from_y = 0] = corners[0] ?? [];
  const [surface, x, y] = corners.reduce(
    ([surface, x, y], corner, n) => {
      // Counted from the first corner: degrees are large beside a district, and would cost digits.
      const [ax = 0, ay = 0] = (corners[n - 1] ?? corner).map((v, i) => v - (i ? from_y : from_x));
      const [bx = 0, by = 0] = corner.map((v, i) => v - (i ? from_y : from_x));
      const cross = ax * by - bx * ay;
      return [surface + cross, x + (ax + bx) * cross, y + (ay + by) * cross] as const;
    },
    [0, 0, 0] as readonly [number, number, number],
  );
  return surface ? point(from_x + x / (3 * surface), from_y + y / (3 * surface)) : null;
}
