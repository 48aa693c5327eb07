// Come here to see what of the world is drawn: incidents, their accuracy, tracks and chosen lamps.
import type { Position as Coordinates, Feature, Point } from "geojson";
import { type LonLat, ring } from "./earth.js";
import { gather, type Marker, type Spot } from "./gather.js";
import { answer } from "./lamplight.js";
import type { Area, Incident, Position } from "./wire.js";
import { in_order_of_need, is_open, is_waiting, lamp_view, type World } from "./world.js";

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

/** What somebody looks at: the chosen incident, and how close they are. */
export interface Look {
  chosen: string | null;
  zoom: number;
}

/** Every open incident that has a place, and the chosen one whatever its state. */
export function draw_incidents(world: World, { chosen, zoom }: Look, words: MapWords): Drawing {
  const is_chosen = (one: Incident) => one.incident_id === chosen;
  const shown = in_order_of_need(world.incidents.values()).filter(
    (one) => is_open(one) || is_chosen(one),
  );
  const spots = shown.flatMap((one) => spot_of(one, is_chosen(one)));
  const markers = gather(spots, zoom).flatMap((marker) =>
    draw_marker(world, marker, chosen, words),
  );
  const grounds = shown.flatMap((one) => [
    ...draw_disc(one.incident_id, one.place.position, look_of(one, chosen, words)),
    ...draw_track(one.incident_id, [...one.track, ...(world.tracks.get(one.incident_id) ?? [])]),
  ]);
  return by_id([...grounds, ...draw_walks(world), ...markers]);
}

/** Whoever went wrong or asked to be watched; whose incident is open is drawn as that. */
function draw_walks({ walks, incidents }: World): Feature[] {
  const shown = [...(walks?.attention ?? []), ...(walks?.watched ?? [])];
  return shown.flatMap(({ walk_id, position, alarm }) => {
    if (!position || is_open(incidents.get(alarm?.incident_id ?? ""))) return [];
    const state = alarm ? "open" : "acknowledged";
    const dot = feature(`walk ${walk_id}`, point(position.lon, position.lat), {
      ...{ part: "walk", state },
    });
    return [...draw_disc(`walk ${walk_id}`, position, { state, chosen: false }), dot];
  });
}

function spot_of(incident: Incident, is_chosen: boolean): Spot[] {
  const { incident_id: id, place } = incident;
  if (!place.position) return [];
  const { lon, lat } = place.position;
  return [{ id, lon, lat, alone: is_chosen || is_waiting(incident) }];
}

/** What the layers paint an incident by. */
function look_of(incident: Incident, chosen: string | null, words: MapWords) {
  const { incident_id, state, drill, silent } = incident;
  const label = [drill && words.drill, silent && words.silent].filter(Boolean).join(" · ");
  return { incident_id, state, drill, silent, chosen: incident_id === chosen, label };
}

function draw_marker(
  world: World,
  { at, place, ids }: Marker,
  chosen: string | null,
  words: MapWords,
): Feature[] {
  const [id = ""] = ids;
  const incident = world.incidents.get(id);
  if (!incident) return [];
  const look = look_of(incident, chosen, words);
  const group = { part: "group", state: incident.state, label: String(ids.length), ids };
  const marker =
    ids.length > 1
      ? feature(`group ${id}`, point(at.lon, at.lat), group)
      : feature(`pin ${id}`, point(at.lon, at.lat), { ...look, part: "pin" });
  return [...draw_leader(id, place, at), marker];
}

/** From a marker that had to step aside to where the incident really is. */
function draw_leader(id: string, from: LonLat, to: LonLat): Feature[] {
  if (from.lon === to.lon && from.lat === to.lat) return [];
  const coordinates = [from, to].map(({ lon, lat }) => [lon, lat]);
  return [feature(`leader ${id}`, { type: "LineString", coordinates }, { part: "leader" })];
}

function draw_disc(id: string, here: Position | null, look: object): Feature[] {
  if (!here?.accuracy_m) return [];
  const disc = { type: "Polygon" as const, coordinates: [ring(here, here.accuracy_m)] };
  return [feature(`disc ${id}`, disc, { ...look, part: "disc" })];
}

/** Where the caller has been, oldest first. */
export function draw_track(id: string, fixes: readonly LonLat[]): Feature[] {
  if (fixes.length < 2) return [];
  const coordinates = fixes.map(({ lon, lat }) => [lon, lat]);
  return [feature(`track ${id}`, { type: "LineString", coordinates }, { part: "track" })];
}

/** The caller of the page that presses SOS: a pin and its circle, red once help was called. */
export function draw_caller(here: Position, has_called: boolean): Drawing {
  const state = has_called ? "open" : "assigned";
  const look = { state, label: "", drill: false, silent: false, chosen: false };
  const pin = feature("pin caller", point(here.lon, here.lat), { ...look, part: "pin" });
  return by_id([pin, ...draw_disc("caller", here, look)]);
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
    const properties = { ...area.properties, name: short_name(area.properties) };
    const name: Feature = { type: "Feature", geometry: middle, properties };
    return [outline, name];
  });
}

/** On the map of a district a neighbourhood needs no city before its name. */
const short_name = ({ name, kind }: Area["properties"]) =>
  kind === "neighbourhood" ? (name.split(" ").at(-1) ?? name) : name;

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
