// Come here for what becomes of a cry on the phone after which events.
import { describe, expect, test } from "vitest";
import {
  COUNTDOWN_MS,
  type Cry,
  calm,
  type Event,
  HOLD_MS,
  is_old,
  next,
  STILL_MEANT_MS,
} from "../src/sos/cry.js";
import { due, is_stale, outcome, pace_ms } from "../src/sos/errands.js";
import { cue } from "../src/sos/feel.js";
import type { Fix } from "../src/sos/fix.js";
import {
  a_fix,
  after,
  an_answer,
  crying,
  heard,
  pressed,
  received,
  T0,
  tapped,
  tried,
  unanswered,
} from "./made_cries.js";

describe("from the finger to the cry", () => {
  const tick = (ms: number): Event => ({ type: "ticked", at: T0 + ms });
  const let_go = (ms: number, tap_counts: boolean): Event => ({
    ...{ type: "let_go", at: T0 + ms, tap_counts },
  });
  test.each<[string, Event[], Cry["stage"]]>([
    ["a thumb on the button", [pressed], "holding"],
    ["a ring that is not full", [pressed, tick(HOLD_MS - 1)], "holding"],
    ["a full ring", [pressed, tick(HOLD_MS)], "crying"],
    ["let go when the ring is full", [pressed, let_go(HOLD_MS, false)], "crying"],
    ["let go too early, where a tap counts", [pressed, let_go(300, true)], "counting"],
    ["let go too early, where only holding counts", [pressed, let_go(300, false)], "calm"],
    ["a thumb that slid off", [pressed, { type: "cancelled" }], "calm"],
    ["a key", [tapped], "counting"],
    ["a countdown's last moment", [tapped, tick(COUNTDOWN_MS - 1)], "counting"],
    ["nobody said no", [tapped, tick(COUNTDOWN_MS)], "crying"],
    ["somebody said no", [tapped, { type: "cancelled" }, tick(COUNTDOWN_MS)], "calm"],
    ["now, not in five seconds", [tapped, { type: "sent_now", at: T0 }], "crying"],
    ["a second thumb", [tapped, pressed], "counting"],
  ])("%s", (_, events, stage) => {
    expect(after(...events).stage).toBe(stage);
  });

  test("the place that is found while the thumb is down goes with the cry", () => {
    const cry = after(pressed, { type: "fixed", fix: a_fix(1) }, tick(HOLD_MS));
    expect(cry).toMatchObject({ stage: "crying", report_id: "one", fix: a_fix(1) });
  });
});

describe("a cry on its way", () => {
  test("the report is due at once, with or without a place", () => {
    expect(due(crying(), T0 + HOLD_MS, true)).toEqual({ do: "report", sent: null });
  });

  test("unanswered, it waits longer each time, and not for ever", () => {
    const waits = [1, 2, 3, 4, 5, 6, 30].map((times) => {
      const cry = crying(...Array.from({ length: times }, () => unanswered(1)));
      return (cry.next_try_at - T0) / 1000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });

  test("a network that comes back ends the pause", () => {
    const cry = crying(unanswered(1), { type: "online", at: T0 });
    expect(due(cry, T0, true)).toMatchObject({ do: "report" });
  });

  test("a clock that was set back ends the pause too", () => {
    expect(due(crying(unanswered(1)), T0 - 3_600_000, true)).toMatchObject({ do: "report" });
  });

  test("after half an hour it is not sent unasked", () => {
    const late = T0 + HOLD_MS + STILL_MEANT_MS + 1;
    expect([is_old(crying(), late), due(crying(), late, true)]).toEqual([true, null]);
    const meant = crying({ type: "still_needed", at: late });
    expect([is_old(meant, late), due(meant, late, true)?.do]).toEqual([false, "report"]);
    expect(meant.pressed_at).toBe(T0 + HOLD_MS);
  });

  test("refused, it goes again plain; refused plain, it is tried on and the caller knows", () => {
    const refused: Event = { type: "refused", at: T0, chance: 1 };
    expect(crying(refused)).toMatchObject({ plain: true, refused: false, next_try_at: 0 });
    expect(crying(refused, refused)).toMatchObject({ refused: true, next_try_at: T0 + 1_000 });
  });

  test("an earlier try may have arrived: then the newest place is told again", () => {
    const place: Event = { type: "fixed", fix: a_fix(0) };
    expect(crying(place, tried, received(a_fix(0))).fixes).toEqual([]);
    expect(crying(place, tried, tried, received(a_fix(0))).fixes).toEqual([a_fix(0)]);
  });
});

describe("a cry that was received", () => {
  const taken = (...events: Event[]) => crying(tried, received(a_fix(0)), ...events);

  test.each<[string, Event[], string | undefined]>([
    ["just received, nothing", [], undefined],
    ["a withdrawal before all else", [{ type: "withdraw_wished" }], "withdraw"],
    ["a step of a metre is not told", [{ type: "fixed", fix: a_fix(1, 1) }], undefined],
    ["a locked-out phone asks no more", [{ type: "locked_out" }], undefined],
  ])("%s", (_, events, errand) => {
    expect(due(taken(...events), T0 + 2_500, true)?.do).toBe(errand);
  });

  test.each<[string, Fix, boolean]>([
    ["a step of twenty metres", a_fix(3, 20), true],
    ["a step within the fix's own wavering", a_fix(3, 20, 60), false],
    ["a fix twice as good", a_fix(3, 0, 5), true],
    ["the same for a minute", a_fix(61), true],
    ["an older one", a_fix(-3, 500), false],
  ])("%s is told: %s", (_, fix, is_told) => {
    expect(taken({ type: "fixed", fix }).fixes).toEqual(is_told ? [fix] : []);
  });

  test("what was told is not told again; what came meanwhile is", () => {
    const [early, late] = [a_fix(3, 20), a_fix(9, 60)];
    const told: Event = { ...heard(an_answer()), told: early } as Event;
    const cry = taken({ type: "fixed", fix: early }, { type: "fixed", fix: late }, told);
    expect([cry.told, cry.fixes]).toEqual([early, [late]]);
  });

  test("closed, nothing of the caller is left", () => {
    const cry = after(pressed, { type: "ticked", at: T0 + HOLD_MS }, tried, received());
    expect(next(cry, heard(an_answer("closed")))).toEqual({
      ...{ stage: "over", how: "closed", silent: false, drill: false },
    });
  });

  test("it is asked for often at first, rarely once officers are there or nobody looks", () => {
    const later = T0 + 60_000;
    const there = taken(heard(an_answer("on_scene")));
    expect(pace_ms(taken(), T0 + 3_000, true)).toBe(2_000);
    expect(pace_ms(taken(), later, true)).toBe(4_000);
    expect(pace_ms(there, later, true)).toBe(20_000);
    expect(pace_ms(there, later, false)).toBe(100_000);
  });

  test("an answer that should have been renewed is called old", () => {
    expect(is_stale(taken(), T0 + 3_000, true)).toBe(false);
    expect(is_stale(taken(), T0 + 40_000, true)).toBe(true);
  });
});

describe("what an answer means", () => {
  const report = { do: "report", sent: null } as const;
  const ask = { do: "ask" } as const;
  const tell = { do: "tell", fixes: [a_fix(0)] } as const;
  const good = {
    incident_id: "i",
    state: "open",
    received_at: "2026-11-22T12:00:00.100Z",
    reporter_token: "t",
  };
  test.each([
    [report, null, "unanswered"],
    [report, { status: 503, body: {} }, "unanswered"],
    [report, { status: 429, body: {} }, "unanswered"],
    [report, { status: 422, body: {} }, "refused"],
    [report, { status: 201, body: good }, "received"],
    [report, { status: 200, body: good }, "received"],
    [report, { status: 200, body: { ...good, reporter_token: 7 } }, "unanswered"],
    [report, { status: 200, body: "<html>Welcome to our hotel" }, "unanswered"],
    [ask, { status: 200, body: { state: "acknowledged" } }, "heard"],
    [ask, { status: 401, body: {} }, "locked_out"],
    [ask, { status: 404, body: {} }, "gone"],
    [ask, { status: 400, body: {} }, "unanswered"],
    [tell, { status: 422, body: {} }, "tell_refused"],
    [{ do: "withdraw" }, { status: 422, body: {} }, "withdraw_refused"],
  ] as const)("%o answered by %o is %s", (errand, reply, type) => {
    expect(outcome(errand, reply, T0, 0.5).type).toBe(type);
  });
});

describe("what is felt", () => {
  test.each<[Cry, Cry, string | null]>([
    [calm, after(tapped), "counting"],
    [after(tapped), crying(), "pressed"],
    [crying(), crying(received()), "received"],
    [crying(received()), crying(received(), heard(an_answer("acknowledged"))), "seen"],
    [crying(received()), crying(received(), heard(an_answer("en_route"))), "coming"],
    [crying(received()), crying(received(), heard(an_answer("open"))), null],
  ])("from %o to %o: %s", (before, then, felt) => {
    expect(cue(before, then)).toBe(felt);
  });
});

// ---- laws
