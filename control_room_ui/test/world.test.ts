// Come here for what the control room must believe after which messages.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blinks_for_another } from "../src/glance.js";
import { in_order_of_need, lamp_view, next, possibly_same, waiting_in } from "../src/world.js";
import { a_lamp, after, an_incident, at, lamps, news, read, snapshot, T0, tick } from "./made.js";

const one = an_incident("one");
const two = an_incident("two");
const acknowledged = an_incident("one", { state: "acknowledged" });

describe("incident frames", () => {
  test("a frame in order is taken", () => {
    const world = after(snapshot(7, one), news(8, acknowledged));
    expect(world.incidents.get("one")?.state).toBe("acknowledged");
    expect([world.seq, world.lost]).toEqual([8, false]);
  });

  test("a repeated frame changes nothing", () => {
    const world = after(snapshot(7, acknowledged));
    expect(next(world, news(7, one))).toBe(world);
    expect(next(world, news(3, one))).toBe(world);
  });

  test("after a gap the news is shown and a resync is wanted", () => {
    const world = after(snapshot(7, one), news(9, two));
    expect(world.incidents.has("two")).toBe(true);
    expect([world.seq, world.lost]).toEqual([7, true]);
  });

  test("a frame before any snapshot is a gap", () => {
    expect(after(news(1, one)).lost).toBe(true);
  });

  test("a snapshot ends the gap, and whoever it does not name is open no longer", () => {
    const world = after(snapshot(7, one), news(9, two), snapshot(11, two));
    expect([...world.incidents.keys()]).toEqual(["two"]);
    expect([world.seq, world.lost]).toEqual([11, false]);
  });

  test("a snapshot keeps the closed incidents that were looked up", () => {
    const closed = an_incident("old", { state: "closed" });
    const loaded = { type: "incidents_loaded", incidents: [closed] } as const;
    expect([...after(snapshot(1), loaded, snapshot(2, one)).incidents.keys()]).toEqual([
      "old",
      "one",
    ]);
  });

  test("of closed incidents only the last are kept, of open ones all", () => {
    const closed = Array.from({ length: 250 }, (_, n) => an_incident(`${n}`, { state: "closed" }));
    const world = after(snapshot(1, one), { type: "incidents_loaded", incidents: closed });
    expect(world.incidents.size).toBe(201);
    expect([
      world.incidents.has("one"),
      world.incidents.has("49"),
      world.incidents.has("50"),
    ]).toEqual([true, false, true]);
  });

  test("a tick tells of a frame that never came", () => {
    expect(after(snapshot(7), tick(7)).lost).toBe(false);
    expect(after(snapshot(7), tick(null)).lost).toBe(false);
    expect(after(snapshot(7), tick(8)).lost).toBe(true);
  });

  test("what was looked up never overwrites what is newer", () => {
    const newer = an_incident("one", { state: "closed", updated_at: "2026-11-22T12:00:01.000Z" });
    const world = after(snapshot(1, newer), { type: "incidents_loaded", incidents: [one] });
    expect(world.incidents.get("one")?.state).toBe("closed");
  });

  test("what is elsewhere is counted and dropped", () => {
    const gone = (seq: number, incident_id: string) =>
      read({ type: "elsewhere", seq, incident_id });
    const world = after(snapshot(7, one, two), gone(8, "one"), gone(9, "never ours"));
    expect([...world.incidents.keys()]).toEqual(["two"]);
    expect([world.seq, world.lost]).toEqual([9, false]);
    expect(next(world, gone(8, "two"))).toBe(world);
    expect(next(world, gone(11, "two")).lost).toBe(true);
  });

  test("frames in order, with any repeats between, leave the same world", () => {
    const frames = Array.from({ length: 12 }, (_, n) =>
      news(n + 1, an_incident(`${n % 4}`, { unit: `${n}` })),
    );
    const straight = after(snapshot(0), ...frames);
    fc.assert(
      fc.property(fc.array(fc.nat(11), { maxLength: 12 }), (repeats) => {
        const heard = frames.flatMap((frame, n) => [
          frame,
          ...repeats.filter((repeat) => repeat <= n).flatMap((repeat) => frames[repeat] ?? []),
        ]);
        expect(after(snapshot(0), ...heard)).toEqual(straight);
      }),
    );
  });
});

describe("the caller's track", () => {
  const step = (seq: number, lon: number, state = "open") =>
    news(seq, an_incident("one", { state, ...at(lon, 37.65) }));

  test("it grows while the caller moves, and not while the caller stands", () => {
    const world = after(snapshot(0), step(1, 127.01), step(2, 127.01), step(3, 127.02));
    expect(world.tracks.get("one")?.map(({ lon }) => lon)).toEqual([127.01, 127.02]);
  });

  test("a page that comes late learns it, and keeps what it has heard since", () => {
    const told = [127, 127.01, 127.02].map((lon) => ({ lon, lat: 37.65, accuracy_m: 10 }));
    const loaded = { type: "track_loaded", incident_id: "one", track: told } as const;
    const late = after(snapshot(3, an_incident("one", at(127.02, 37.65))), loaded);
    expect(late.tracks.get("one")?.map(({ lon }) => lon)).toEqual([127, 127.01, 127.02]);
    const moved = after(snapshot(0), step(1, 127.02), step(2, 127.03), loaded);
    expect(moved.tracks.get("one")?.map(({ lon }) => lon)).toEqual([127, 127.01, 127.02, 127.03]);
    expect(after(snapshot(0), loaded).tracks.size).toBe(0);
  });

  test("it is dropped when the incident is closed", () => {
    expect(after(snapshot(0), step(1, 127.01), step(2, 127.02, "closed")).tracks.size).toBe(0);
    expect(after(snapshot(0), step(1, 127.01), snapshot(5)).tracks.size).toBe(0);
  });
});

describe("lamps", () => {
  const blinks = { lamp_id: "a", scene: "blink", level: 100, online: true, faults: [] };
  const loaded = (asked_after: number, ...all: ReturnType<typeof a_lamp>[]) =>
    ({ type: "lamps_loaded", lamps: all, asked_after }) as const;

  test("what the feed says counts for more than the list", () => {
    const world = after(loaded(0, a_lamp("a"), a_lamp("b")), lamps(blinks));
    expect(lamp_view(world, "a")?.scene).toBe("blink");
    expect(lamp_view(world, "b")?.scene).toBe("schedule");
    expect(lamp_view(world, "c")).toBeNull();
  });

  test("a list asked for before a frame does not overwrite it; one asked for after does", () => {
    const before = after(lamps(blinks), loaded(0, a_lamp("a")));
    expect(lamp_view(before, "a")?.scene).toBe("blink");
    const later = after(lamps(blinks), loaded(1, a_lamp("a")));
    expect(lamp_view(later, "a")?.scene).toBe("schedule");
  });

  test("a frame without totals keeps the totals", () => {
    const totals = { total: 3, online: 2, lit: 1, faulty: 0 };
    const first = read({ type: "lamps", changes: [], totals });
    expect(after(first, lamps(blinks)).totals).toEqual(totals);
  });
});

test("incidents that are possibly the same see each other, whichever names the other", () => {
  const naming = an_incident("late", { possibly_same: ["early", "unknown"] });
  const world = after(snapshot(0, an_incident("early"), naming));
  const seen_from = (id: string) =>
    possibly_same(world, an_incident(id, { possibly_same: id === "late" ? ["early"] : [] }));
  expect(seen_from("early").map((other) => other.incident_id)).toEqual(["late"]);
  expect(seen_from("late").map((other) => other.incident_id)).toEqual(["early"]);
});

test.each([
  ["one is closed", { state: "closed" }, []],
  ["one is linked with the other already", { linked: ["early"] }, []],
  ["one is a drill", { drill: true }, []],
  ["both are open, real and apart", {}, ["early"]],
])(
  "whether two may be the same is asked only of what is open, alike and not linked: %s",
  (_why, fields, wanted) => {
    const late = an_incident("late", { possibly_same: ["early"], ...fields });
    const early = an_incident("early");
    const world = after(snapshot(0, early, late));
    expect(possibly_same(world, late).map((other) => other.incident_id)).toEqual(wanted);
    expect(possibly_same(world, early)).toHaveLength(wanted.length);
  },
);

test("drills that wait are counted apart from real cries", () => {
  const drill = an_incident("drill", { drill: true });
  const handled = an_incident("handled", { state: "assigned" });
  const world = after(snapshot(0, an_incident("a"), an_incident("b"), drill, handled));
  expect(waiting_in(world)).toEqual({ real: 2, drills: 1 });
});

test.each([
  ["silent, and a lamp near it blinks", { silent: true }, "blink", true],
  ["silent, and its lamps are as usual", { silent: true }, "schedule", false],
  ["silent and closed", { silent: true, state: "closed" }, "blink", false],
  ["not silent: it blinks for this one", { silent: false }, "blink", false],
])("lamps that blink for another report are noticed: %s", (_why, fields, scene, wanted) => {
  const one = an_incident("i", { lamps: [{ lamp_id: "a", asked: "none" }], ...fields });
  const world = after(snapshot(0, one), lamps({ lamp_id: "a", scene, level: 60, online: true }));
  expect(blinks_for_another(world, one)).toBe(wanted);
});

test("who waits longest comes first, what is handled newest first, drills last", () => {
  const later = { opened_at: "2026-11-22T12:05:00.000Z" };
  const all = [
    an_incident("drill", { drill: true, opened_at: "2026-11-22T11:00:00.000Z" }),
    an_incident("handled", { state: "assigned", opened_at: T0 }),
    an_incident("handled later", { state: "en_route", ...later }),
    an_incident("waits", later),
    an_incident("waits longest", { opened_at: T0 }),
  ];
  const order = in_order_of_need(all).map((incident) => incident.incident_id);
  expect(order).toEqual(["waits longest", "waits", "handled later", "handled", "drill"]);
});
