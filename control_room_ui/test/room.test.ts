// Come here for how the parts of the control room hear of changes.
import { expect, test, vi } from "vitest";
import { Room } from "../src/room.js";
import { first_desk } from "../src/sight.js";
import { an_incident, T0 } from "./made.js";

const a_room = () => new Room(first_desk("ko", 0), () => undefined);

test("everybody hears all news in one order, also news that a follower made", () => {
  const room = a_room();
  const heard: [string | null, string | null][] = [];
  room.follow(({ desk }) => desk.chosen === "first" && room.change({ chosen: "second" }));
  room.follow((after, before) => heard.push([before.desk.chosen, after.desk.chosen]));
  room.change({ chosen: "first" });
  expect(heard).toEqual([
    [null, "first"],
    ["first", "second"],
  ]);
});

test("a follower that fails is reported and silences nobody", () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const room = a_room();
  const heard = vi.fn();
  room.follow(() => {
    throw new Error("broken map");
  });
  room.follow(heard);
  room.change({ armed: "a" });
  room.change({ armed: "b" });
  expect([heard.mock.calls.length, reported.mock.calls.length]).toEqual([2, 2]);
  vi.unstubAllGlobals();
});

test("a frame that cannot be read is counted, and the next one is taken", () => {
  const room = a_room();
  room.on_message({ type: "snapshot" });
  room.on_message({ type: "weather" });
  room.on_message({ type: "snapshot", seq: 3, incidents: [an_incident("i")] });
  expect([room.world.refused, room.world.seq, room.world.incidents.size]).toEqual([1, 3, 1]);
});

test("a tick tells the dispatcher's hour", () => {
  const heard_at = vi.fn();
  new Room(first_desk("en", 0), heard_at).on_message({ type: "tick", at: T0 });
  expect(heard_at).toHaveBeenCalledWith(T0);
});
