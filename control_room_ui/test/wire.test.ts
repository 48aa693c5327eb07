// Come here for what is let in at the door, and what is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refused } from "../src/check.js";
import { frame, incident, lamp, problem } from "../src/wire.js";
import { T0 } from "./made.js";

const least = { incident_id: "i", state: "open", opened_at: T0 };

describe("incidents", () => {
  test.each([
    ["no id", { ...least, incident_id: undefined }],
    ["no state", { ...least, state: 3 }],
    ["no hour", { ...least, opened_at: "soon" }],
    ["nothing", null],
  ])("one with %s is refused", (_, value) => {
    expect(() => incident(value)).toThrow(Refused);
  });

  test("one odd field does not hide a cry for help", () => {
    const read = incident({
      ...least,
      place: "somewhere",
      lamps: 7,
      silent: "yes",
      escalation: null,
    });
    expect(read.place.quality).toBe("none");
    expect(read).toMatchObject({ lamps: [], silent: false, escalation: 0, possibly_same: [] });
  });

  test("a state of a newer server is kept by its name", () => {
    expect(incident({ ...least, state: "handed_over" }).state).toBe("handed_over");
  });

  test("an accuracy that is missing stays unknown", () => {
    const place = { position: { lon: 127, lat: 37 }, quality: "unknown" };
    expect(incident({ ...least, place }).place.position).toEqual({
      lon: 127,
      lat: 37,
      accuracy_m: null,
    });
  });
});

describe("frames", () => {
  test("one of an unknown type is passed over, not refused", () => {
    expect(frame({ type: "weather", rain: true })).toBeNull();
    expect(frame({ type: "toString" })).toBeNull();
  });

  test.each([
    ["without a type", {}],
    ["with a snapshot without its number", { type: "snapshot", incidents: [] }],
    ["with an incident that cannot be read", { type: "incident", seq: 1, incident: {} }],
    ["that is a list", []],
  ])("one %s is refused", (_, value) => {
    expect(() => frame(value)).toThrow(Refused);
  });

  test("a snapshot keeps the incidents that can be read", () => {
    const read = frame({ type: "snapshot", seq: 4, incidents: [{}, least, 5], lamps: "many" });
    expect(read).toMatchObject({ seq: 4, lamps: null, incidents: [{ incident_id: "i" }] });
  });

  test("whatever comes is read, passed over or refused, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("snapshot", "incident", "lamps", "tick", "x"),
        (value, type) => {
          try {
            frame(typeof value === "object" && value ? { ...value, type } : value);
          } catch (error) {
            expect(error).toBeInstanceOf(Refused);
          }
        },
      ),
    );
  });
});

test("a lamp needs its id and its place, and nothing else", () => {
  const properties = { lamp_id: "L1" };
  const feature = { geometry: { type: "Point", coordinates: [127, 37] }, properties };
  expect(lamp(feature)).toMatchObject({ lamp_id: "L1", lon: 127, lat: 37, view: { online: null } });
  expect(() => lamp({ ...feature, properties: {} })).toThrow(Refused);
  expect(() => lamp({ ...feature, geometry: { coordinates: [] } })).toThrow(Refused);
});

test("a problem tells which moves would have been allowed", () => {
  expect(problem({ status: 409, title: "t", allowed: ["note"] }).allowed).toEqual(["note"]);
  expect(problem({}).allowed).toEqual([]);
});
