// Come here for what becomes of a watched walk on the phone after which events.
import { describe, expect, test } from "vitest";
import {
  idle,
  ms_until,
  next_walk,
  RING_EVERY_MS,
  rings,
  START_MEANT_MS,
  type WalkEvent,
} from "../src/sos/walk.js";
import { is_unheard, walk_due, walk_outcome } from "../src/sos/walk_errands.js";
import { letter_of, track_letter, wish_letter } from "../src/sos/walk_letter.js";
import { place_of } from "../src/sos/walk_wishes.js";
import { walk_languages } from "../src/sos/words_walk.js";
import {
  a_fix,
  fine,
  fixed,
  going,
  heard,
  letter,
  link,
  PAGE,
  refused,
  shown,
  started,
  T0,
  wanted,
  wished,
} from "./made_walks.js";

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
