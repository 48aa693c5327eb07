// Come here for what becomes of a watched walk on the phone after which events.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fix } from "../src/sos/fix.js";
import {
  type Going,
  idle,
  ms_until,
  next_walk,
  RING_EVERY_MS,
  rings,
  type Shown,
  START_MEANT_MS,
  type Walk,
  type WalkEvent,
  type Wish,
} from "../src/sos/walk.js";
import { is_unheard, walk_due, walk_outcome } from "../src/sos/walk_errands.js";
import { letter_of, track_letter, wish_letter } from "../src/sos/walk_letter.js";
import { read_kept_walk } from "../src/sos/walk_wire.js";
import { place_of } from "../src/sos/walk_wishes.js";
import { walk_languages } from "../src/sos/words_walk.js";

const T0 = Date.parse("2026-11-22T12:00:00.000Z");
const PAGE = "https://lamps.example/sos";
const a_fix = (seconds: number, east_m = 0): Fix => ({
  lon: 127.0165 + east_m / 88_000,
  ...{ lat: 37.6512, accuracy_m: 10, fixed_at: T0 + seconds * 1000 },
});
const wanted = {
  ...{ minutes: 20, home: { lon: 127, lat: 37.6 }, contact: "010", consent: true },
  ...{ watched: false, pin: "4821", duress_pin: "1190" },
};
const letter = letter_of(wanted, "vi");
const shown = (state = "walking", more: Partial<Shown> = {}): Shown => ({
  ...{ state, at: T0, due_at: T0 + 1_200_000, question: null, said_fine: false, dark: null },
  ...{ daylight: false, needs_pin: true, watched: false, possible: [] },
  ...more,
});
const begun: WalkEvent = {
  ...{ type: "begun", at: T0, walk_id: "w", phone_secret: "ours", label: "Home" },
  ...{ letter, fix: null },
};
const link = {
  ...{ url: "https://lamps.example/guardian#t", expires_at: T0 + 46_800_000 },
  ...{ consent: true, can_be_told: false },
};
const started: WalkEvent = {
  ...{ type: "started", at: T0, token: "t", link, shown: shown() },
};
const heard = (state: string, at = T0, granted: Wish | null = null): WalkEvent => ({
  ...{ type: "heard", at, shown: shown(state), told: null, granted },
});
const fixed = (seconds: number, east_m = 0): WalkEvent => ({
  type: "fixed",
  fix: a_fix(seconds, east_m),
});
const fine: Wish = { do: "fine", pin: "4821" };
const wished: WalkEvent = { type: "wished", wish: fine };

const after = (...events: WalkEvent[]) => events.reduce<Walk>(next_walk, idle);
function going(...events: WalkEvent[]): Going {
  const walk = after(begun, ...events);
  if (walk.stage !== "going") throw new Error(`it is ${walk.stage}`);
  return walk;
}

const refused = (what: "tell"): WalkEvent => ({ type: "refused", at: T0, what });

describe("what the phone does next", () => {
  test.each<[string, WalkEvent[], number, string | null]>([
    ["it begins", [], 0, "start"],
    [
      "a start that was refused is not sent again",
      [{ type: "refused", at: T0, what: "start" }],
      0,
      null,
    ],
    ["a start that found nobody waits", [{ type: "unanswered", at: T0, chance: 1 }], 500, null],
    ["and is tried again", [{ type: "unanswered", at: T0, chance: 1 }], 1_000, "start"],
    ["as soon as it has begun, where it is", [started, fixed(1)], 0, "tell"],
    ["moved a second after the last word", [started, heard("walking"), fixed(1, 9)], 1_000, null],
    ["moved five seconds after it", [started, heard("walking"), fixed(1, 9)], 5_000, "tell"],
    ["stood for five seconds", [started, heard("walking")], 5_000, null],
    ["stood for a quarter of a minute", [started, heard("walking")], 15_000, "tell"],
    ["asked three seconds ago", [started, heard("asking")], 3_000, "tell"],
    ["what was refused is not said at once", [started, refused("tell")], 4_000, null],
    ["but later", [started, refused("tell")], 15_000, "tell"],
    ["an answer goes before all else", [started, heard("asking"), wished], 0, "wish"],
    ["once given it is not given again", [started, wished, heard("walking", T0, fine)], 0, "tell"],
  ])("%s", (_, events, ms, errand) => {
    expect(walk_due(going(...events), T0 + ms)?.do ?? null).toBe(errand);
  });

  test("a wish that comes while another is on its way stays", () => {
    const walk = going(started, wished, { type: "wished", wish: { do: "extend", pin: null } });
    expect(next_walk(walk, heard("walking", T0, fine))).toMatchObject({ wish: { do: "extend" } });
  });
});

describe("what an answer means", () => {
  const body = (state: string) => ({
    ...{ state, at: "2026-11-22T12:00:02.000Z", due_at: "2026-11-22T12:20:00.000Z" },
    ...{ question: null, needs_pin: true, said_fine: false, dark_ahead: null, possible: [] },
  });
  const wish = { do: "wish", wish: fine } as const;
  const tell = { do: "tell", fixes: [a_fix(1)] } as const;
  test.each([
    [wish, 200, body("walking"), { type: "heard", granted: fine }],
    [wish, 422, {}, { type: "refused", what: "pin" }],
    [wish, 409, {}, { type: "refused", what: "wish" }],
    [tell, 200, body("asking"), { type: "heard", told: a_fix(1), granted: null }],
    [tell, 422, {}, { type: "refused", what: "tell" }],
    [tell, 404, {}, { type: "gone" }],
    [tell, 200, "<html>", { type: "unanswered" }],
    [tell, 503, {}, { type: "unanswered" }],
    [{ do: "start", letter } as const, 422, {}, { type: "refused", what: "start" }],
    [
      { do: "start", letter } as const,
      201,
      {
        ...{ ...body("walking"), walker_token: "t" },
        guardians: [{ ...link, link: "/guardian#t", expires_at: "2026-11-23T01:00:00.000Z" }],
      },
      { type: "started", token: "t", link },
    ],
  ])("%o answered %i", (errand, status, answer, event) => {
    expect(walk_outcome(errand, { status, body: answer }, T0, 0, PAGE)).toMatchObject(event);
  });

  test("nothing that was typed can be told apart by what is kept or shown", () => {
    const typed = (pin: string) =>
      going(started, heard("asking"), { type: "wished", wish: { do: "fine", pin } });
    const [free, forced] = ["4821", "1190"].map((pin) => {
      const walk = typed(pin);
      return next_walk(walk, heard("walking", T0 + 100, walk.wish));
    });
    expect(free).toEqual(forced);
  });
});

describe("time", () => {
  test("it is counted by the centre's clock, whatever the phone's", () => {
    const walk = going(started, {
      ...{ type: "heard", at: T0 - 3_600_000, shown: shown(), told: null, granted: null },
    });
    expect(ms_until(walk, T0 + 60_000, T0 - 3_600_000)).toBe(60_000);
  });

  test("a question rings at once and every few seconds until it is answered", () => {
    const asked = going(started, heard("asking"));
    expect(rings(going(started), asked)).toBe(true);
    const tick = (ms: number) => next_walk(asked, { type: "ticked", at: T0 + ms });
    expect(rings(asked, tick(RING_EVERY_MS - 1))).toBe(false);
    expect(rings(asked, tick(RING_EVERY_MS))).toBe(true);
    const answered = going(started, heard("asking"), heard("walking"));
    expect(rings(answered, next_walk(answered, { type: "ticked", at: T0 + 60_000 }))).toBe(false);
  });

  test("a start that was kept is sent for ten minutes, a walk that has begun goes on", () => {
    const at = T0 + START_MEANT_MS + 1;
    expect(next_walk(idle, { type: "restored", going: going(), at })).toEqual(idle);
    expect(next_walk(idle, { type: "restored", going: going(started), at }).stage).toBe("going");
  });

  test("what is shown is old after half a minute and a call without a word", () => {
    expect(is_unheard(going(started), T0 + 38_000)).toBe(false);
    expect(is_unheard(going(started), T0 + 38_001)).toBe(true);
  });
});

describe("letters", () => {
  test("a guardian comes with a consent of its own, and its text's version", () => {
    expect(letter.guardians).toEqual([
      { contact: "010", consent: true, consent_version: "2026-11", consent_language: "vi" },
    ]);
    expect(letter_of({ ...wanted, consent: false }, "ko").guardians[0]).toMatchObject({
      ...{ consent: false, consent_version: "", consent_language: "" },
    });
    expect(letter_of({ ...wanted, contact: "" }, "ko").guardians).toEqual([]);
  });

  test("who wants to be watched says by which text, and can take it back", () => {
    expect(letter).toMatchObject({ watched: false, watched_consent_version: "" });
    expect(letter_of({ ...wanted, watched: true }, "zh")).toMatchObject({
      ...{ watched: true, watched_consent_version: "2026-11", watched_consent_language: "zh" },
    });
    expect(wish_letter({ do: "unwatch", pin: "4821" })).toEqual({
      ...{ call: "consent/withdraw", body: { allows: "watched", pin: "4821" } },
    });
  });

  test("a duress PIN never goes without the other", () => {
    expect(letter_of({ ...wanted, pin: "" }, "ko")).toMatchObject({ pin: null, duress_pin: null });
  });

  test("a name that was typed over has no place", () => {
    const home = { label: "Home", lon: 127, lat: 37.6 };
    expect(place_of(" Home ", home)).toBe(home);
    expect(place_of("Gym", home)).toBeNull();
    expect(place_of("", null)).toBeNull();
  });

  test("wishes and positions are as the wire wants them", () => {
    expect(wish_letter(fine)).toEqual({ call: "answer", body: { answer: "fine", pin: "4821" } });
    expect(wish_letter({ do: "extend", pin: null })).toEqual({
      ...{ call: "extend", body: { minutes: 10 } },
    });
    expect(wish_letter({ do: "hide", pin: "4821" })).toEqual({
      ...{ call: "consent/withdraw", body: { guardian: 1, pin: "4821" } },
    });
    expect(track_letter([a_fix(0)], 40, T0)).toEqual({
      positions: [
        {
          ...{ lon: 127.0165, lat: 37.6512, accuracy_m: 10 },
          fixed_at: "2026-11-22T12:00:00.000Z",
        },
      ],
      ...{ battery: 40, sent_at: "2026-11-22T12:00:00.000Z" },
    });
  });
});

// ---- laws

const at = fc.integer({ min: T0, max: T0 + 7_200_000 });
const any_fix = fc.tuple(fc.nat(7_200), fc.nat(900)).map(([s, m]) => a_fix(s, m));
const any_shown = fc
  .constantFrom("walking", "paused", "asking", "alarmed", "arrived", "ended")
  .map((state) => shown(state));
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

test("no language leaves a word empty, and each keeps its numbers", () => {
  for (const words of Object.values(walk_languages)) {
    const said = Object.values(words).flatMap((one) =>
      typeof one === "object" ? Object.values(one) : [one],
    );
    expect(said.filter((one) => one === "")).toEqual([]);
    expect(words.dark(80, true)).toContain("80");
    expect(words.dark(80, true)).not.toBe(words.dark(80, false));
    expect(words.dark(0, true)).not.toContain("0 m");
    expect(words.left(words.some_minutes(12))).toContain("12");
    for (const why of Object.keys(walk_languages.ko.why)) expect(words.why[why]).toBeTruthy();
  }
});
