// Come here for what holds of a walk on the phone, whatever happens to it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { idle, next_walk, type Walk, type WalkEvent, type Wish } from "../src/sos/walk.js";
import { read_kept_walk } from "../src/sos/walk_wire.js";
import { a_fix, begun, letter, link, shown, started, T0 } from "./made_walks.js";

const at = fc.integer({ min: T0, max: T0 + 7_200_000 });
const any_fix = fc.tuple(fc.nat(7_200), fc.nat(900)).map(([s, m]) => a_fix(s, m));
const any_shown = fc
  .constantFrom("walking", "paused", "asking", "alarmed", "arrived", "ended")
  .map((state) => shown(state, { paused_until: state === "paused" ? T0 + 900_000 : null }));
const any_wish = fc.record({
  do: fc.constantFrom("fine", "pause", "resume", "extend", "arrive", "end"),
  pin: fc.constantFrom(null, "4821", "1190"),
}) as fc.Arbitrary<Wish>;
const type = <T extends string>(...types: T[]) => fc.constantFrom(...types);
const any_event: fc.Arbitrary<WalkEvent> = fc.oneof(
  fc.record({
    ...{ type: type("begun"), at, walk_id: fc.uuid(), phone_secret: fc.uuid(), label: fc.string() },
    ...{ letter: fc.constant(letter), fix: fc.option(any_fix) },
  }),
  fc.record({ type: type("fixed"), fix: any_fix }),
  fc.record({ type: type("ticked"), at }),
  fc.record({ type: type("wished"), wish: any_wish }),
  fc.record({
    ...{ type: type("started"), at, token: fc.constant("t"), shown: any_shown },
    link: fc.option(fc.constant(link)),
  }),
  fc.record({
    ...{ type: type("heard"), at, shown: any_shown, told: fc.option(any_fix) },
    granted: fc.option(any_wish),
  }),
  fc.record({ type: type("unanswered"), at, chance: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ type: type("refused"), at, what: type("start", "pin", "wish", "tell") }),
  fc.record({ type: type("online", "gone", "dismissed") }),
);
const lives = (law: (before: Walk, event: WalkEvent, walk: Walk) => void) =>
  fc.assert(
    fc.property(fc.array(any_event, { maxLength: 60 }), (events) => {
      let walk: Walk = idle;
      for (const event of [begun, started, ...events]) {
        const before = walk;
        walk = next_walk(walk, event);
        law(before, event, walk);
      }
    }),
  );

test("a walk that is over has left nothing behind", () => {
  lives((_before, _event, walk) => {
    if (walk.stage === "done") expect(Object.keys(walk).sort()).toEqual(["how", "linked", "stage"]);
    if (walk.stage === "idle") expect(Object.keys(walk)).toEqual(["stage"]);
  });
});

test("the PINs are gone as soon as the centre has them", () => {
  lives((_before, _event, walk) => {
    if (walk.stage === "going" && walk.token) expect(walk.letter).toBeNull();
  });
});

test("a walk that has begun is ended by nobody but the centre", () => {
  lives((before, event, walk) => {
    if (before.stage !== "going" || !before.token || walk.stage === "going") return;
    expect(["heard", "started", "gone"]).toContain(event.type);
  });
});

test("positions are told in order, never twice, and none while the walker pauses", () => {
  lives((before, event, walk) => {
    if (walk.stage !== "going") return;
    const times = walk.fixes.map((fix) => fix.fixed_at);
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
    if (event.type !== "fixed" || before.stage !== "going") return;
    if (before.shown?.state === "paused") expect(times).toEqual([]);
  });
});

test("what is kept is read again as it was, but for a wish and its PIN", () => {
  lives((_before, _event, walk) => {
    if (walk.stage !== "going") return;
    expect(read_kept_walk(structuredClone(walk))).toEqual({ ...walk, wish: null });
  });
});
