// Come here for what a replay shows of the past, and that it stays away from the live world.
import { describe, expect, test } from "vitest";
import { first_frame, moved_to, played_or_paused, quiet, replayed_world } from "../src/replay.js";
import { anything as any_closed, query_of } from "../src/search.js";
import { type IncidentFrame, replay as read } from "../src/wire.js";
import { lamp_view } from "../src/world.js";
import { a_lamp, after, an_incident, at, snapshot, T0 } from "./made.js";

const asked = (lamp_id: string, seen: boolean) => ({ lamp_id, asked: "blink", seen, faults: [] });
const frame = (seq: number, event: string, fields: object) => ({
  type: "incident",
  seq,
  event,
  at: T0,
  incident: an_incident("one", fields),
});
const frames: readonly IncidentFrame[] = read({
  frames: [
    frame(4, "opened", { ...at(127, 37), lamps: [asked("a", false)] }),
    frame(6, "lamps_answered", { ...at(127, 37), lamps: [asked("a", true)] }),
    frame(9, "moved", { ...at(127.001, 37), lamps: [asked("b", true)] }),
    frame(12, "closed", { ...at(127.001, 37), state: "closed" }),
  ],
}).frames;
const inventory = quiet(new Map(["a", "b"].map((id) => [id, a_lamp(id, { scene: "blink" })])));
const shown = (n: number) => replayed_world(moved_to(first_frame("one", frames), n), inventory);

describe("a replay", () => {
  test("shows the incident as it was told then", () => {
    expect([0, 3].map((n) => shown(n).incidents.get("one")?.state)).toEqual(["open", "closed"]);
  });

  test("knows only the way that the caller had come by then", () => {
    expect(shown(1).tracks.get("one")).toHaveLength(1);
    expect(
      shown(2)
        .tracks.get("one")
        ?.map(({ lon }) => lon),
    ).toEqual([127, 127.001]);
  });

  test("lights the lamps that were seen then, and darkens them again when stepping back", () => {
    const lit = (n: number) => ["a", "b"].map((id) => lamp_view(shown(n), id)?.scene);
    expect([0, 1, 2, 0].map(lit)).toEqual([
      ["schedule", "schedule"],
      ["blink", "schedule"],
      ["schedule", "blink"],
      ["schedule", "schedule"],
    ]);
  });

  test("leaves the live world as it is", () => {
    const live = after(snapshot(20, an_incident("other")));
    shown(2);
    expect([...live.incidents.keys()]).toEqual(["other"]);
    expect([...shown(2).incidents.keys()]).toEqual(["one"]);
  });

  test("stops at its ends, and begins again when played at its end", () => {
    const playing = played_or_paused(first_frame("one", frames));
    expect(playing.is_playing).toBe(true);
    expect(moved_to(playing, -5).at).toBe(0);
    const over = moved_to(playing, 99);
    expect([over.at, over.is_playing]).toEqual([3, false]);
    expect(played_or_paused(over)).toMatchObject({ at: 0, is_playing: true });
  });

  test("of nothing shows nothing", () => {
    const empty = played_or_paused(first_frame("one", []));
    expect(empty.is_playing).toBe(false);
    expect(replayed_world(empty, inventory).incidents.size).toBe(0);
  });
});

test.each([
  [{}, "state=closed&limit=50"],
  [{ q: "쌍문 순21" }, "state=closed&limit=50&q=%EC%8C%8D%EB%AC%B8+%EC%88%9C21"],
  [{ drill: "false", kind: "sos" }, "state=closed&limit=50&kind=sos&drill=false"],
  [{ since: "2026-11-22" }, "state=closed&limit=50&since=2026-11-22T00%3A00%3A00%2B09%3A00"],
  [{ until: "2026-11-22" }, "state=closed&limit=50&until=2026-11-22T15%3A00%3A00.000Z"],
])("a search for %o asks %s", (part, wanted) => {
  expect(query_of({ ...any_closed, ...part }, 50)).toBe(wanted);
});
