// Come here for what is drawn of a world, and that only what differs is drawn again.
import { expect, test } from "vitest";
import { box_around, middlemost, ring, shifted, wind } from "../src/earth.js";
import { difference, draw_answers, draw_incidents, lamp_key, middle_of } from "../src/features.js";
import { a_lamp, after, an_incident, at, lamps, snapshot } from "./made.js";

const look = { chosen: null, zoom: 17 };
const words = { drill: "훈련", silent: "무음" };

test("an incident is a pin, and a circle only where its accuracy is known", () => {
  const known = draw_incidents(after(snapshot(1, an_incident("a", at(127, 37)))), look, words);
  expect([...known.keys()]).toEqual(["disc a", "pin a"]);
  const unknown = draw_incidents(
    after(snapshot(1, an_incident("a", at(127, 37, null)))),
    look,
    words,
  );
  expect([...unknown.keys()]).toEqual(["pin a"]);
  expect(draw_incidents(after(snapshot(1, an_incident("a"))), look, words).size).toBe(0);
});

test("drill and silent are written beside the pin", () => {
  const both = an_incident("a", { drill: true, silent: true, ...at(127, 37) });
  const pin = draw_incidents(after(snapshot(1, both)), look, words).get("pin a");
  expect(pin?.properties?.label).toBe("훈련 · 무음");
});

test("only what differs is drawn again", () => {
  const a = an_incident("a", at(127, 37));
  const b = an_incident("b", at(127.1, 37));
  const before = draw_incidents(after(snapshot(1, a, b)), look, words);
  const same = draw_incidents(after(snapshot(2, a, b)), look, words);
  expect(difference(before, same)).toEqual({ add: [], remove: [] });
  const moved = draw_incidents(after(snapshot(3, an_incident("a", at(127.2, 37)))), look, words);
  const change = difference(before, moved);
  expect(change.add.map((one) => one.properties?.id)).toEqual(["disc a", "pin a"]);
  expect(change.remove).toEqual(["disc b", "pin b"]);
});

test("the chosen incident's lamps are marked by how they answer", () => {
  const asked = ["a", "b", "elsewhere"].map((lamp_id) => ({ lamp_id, asked: "blink" }));
  const world = after(
    snapshot(1, an_incident("i", { lamps: asked })),
    { type: "lamps_loaded", lamps: [a_lamp("a"), a_lamp("b")], asked_after: 0 },
    lamps({ lamp_id: "a", scene: "blink", level: 100, online: true, faults: [] }),
  );
  const marks = [...draw_answers(world, "i")].map(([id, one]) => [id, one.properties?.mark]);
  expect(marks).toEqual([
    ["lamp:a", "seen"],
    ["lamp:b", "waiting"],
  ]);
  expect(draw_answers(world, null).size).toBe(0);
});

test("metres on the map are metres on the ground", () => {
  const here = { lon: 127.0165, lat: 37.6512 };
  const east = shifted(here, 100, 90);
  const north = shifted(here, 100, 0);
  // One degree of longitude at this latitude is 88.04 km, of latitude 111.2 km.
  expect((east.lon - here.lon) * 88_040).toBeCloseTo(100, 0);
  expect((north.lat - here.lat) * 111_195).toBeCloseTo(100, 3);
  const corners = ring(here, 50);
  expect(corners[0]).toEqual(corners.at(-1));
});

test.each([
  [0, 0],
  [22, 0],
  [23, 1],
  [90, 2],
  [359, 0],
  [-90, 6],
])("%i degrees is wind %i of eight", (bearing, wanted) => {
  expect(wind(bearing)).toBe(wanted);
});

test("a box holds all its points; none has no box", () => {
  expect(
    box_around([
      [1, 5],
      [3, 2],
    ]),
  ).toEqual([1, 2, 3, 5]);
  expect(box_around([])).toBeNull();
});

test("the middlemost place stands where most are, whatever stands far away", () => {
  const many = [129.01, 129.02, 129.03].map((lon) => ({ lon, lat: 35.2 }));
  const few = [127.01, 127.02].map((lon) => ({ lon, lat: 37.65 }));
  expect(middlemost([...few, ...many])?.lat).toBe(35.2);
});

test("the middlemost of some places is one of them", () => {
  const places = [0, 1, 2, 7].map((step) => ({ lon: 127 + step, lat: 37 }));
  expect(middlemost(places)?.lon).toBe(129);
  expect(middlemost([])).toBeNull();
});

test("a name stands in the middle of the surface, wherever the corners crowd", () => {
  const square = [
    [127, 37],
    [127.002, 37],
    [127.002, 37.002],
    [127.001, 37.002],
    [127.0005, 37.002],
    [127, 37.002],
    [127, 37],
  ];
  const [lon = 0, lat = 0] = middle_of(square)?.coordinates ?? [];
  expect([lon, lat].map((degrees) => degrees.toFixed(6))).toEqual(["127.001000", "37.001000"]);
  expect(middle_of([])).toBeNull();
});

test("a lamp's id that reads as a number is never handed to the map as one", () => {
  for (const id of ["76178401421513032110", "029699059458e5782335", "17"])
    expect(Number(lamp_key(id))).toBeNaN();
});
