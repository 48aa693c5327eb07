// Come here for what holds of a cry on the phone, whatever happens to it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Cry,
  type Crying,
  calm,
  type Event,
  is_old,
  LONGEST_PAUSE_MS,
  next,
} from "../src/sos/cry.js";
import { due } from "../src/sos/errands.js";
import { cue } from "../src/sos/feel.js";
import { read_kept } from "../src/sos/wire.js";
import { a_fix, an_answer, pressed, receipt, T0 } from "./made_cries.js";

const any_fix = fc
  .tuple(fc.integer({ min: -90, max: 600 }), fc.nat(900), fc.option(fc.nat(200)))
  .map(([seconds, east_m, accuracy_m]) => a_fix(seconds, east_m, accuracy_m));
const at = fc.integer({ min: T0, max: T0 + 7_200_000 });
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const any_press = fc.record({
  report_id: fc.uuid(),
  silent: fc.boolean(),
  drill: fc.boolean(),
  fix: fc.option(any_fix),
  phone_secret: fc.option(fc.uuid()),
  walk_id: fc.option(fc.uuid()),
  walker_token: fc.option(fc.uuid()),
});
const any_answer = fc
  .constantFrom("open", "acknowledged", "en_route", "on_scene", "closed", "unheard_of")
  .map((state) => an_answer(state));
const type = <T extends string>(...types: T[]) => fc.constantFrom(...types);
const any_event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: type("hold_began", "tapped"), at, press: any_press }),
  fc.record({ type: type("let_go"), at, tap_counts: fc.boolean() }),
  fc.record({
    type: type("cancelled", "not_needed", "withdraw_wished", "needed_again", "dismissed"),
  }),
  fc.record({ type: type("ticked", "online", "still_needed", "sent_now"), at }),
  fc.record({ type: type("fixed"), fix: any_fix }),
  fc.record({ type: type("tried", "tell_refused", "withdraw_refused", "locked_out", "gone") }),
  fc.record({ type: type("unanswered", "refused"), at, chance }),
  fc.record({
    ...{ type: type("received"), at, receipt: fc.constant(receipt), answer: any_answer },
    sent: fc.option(any_fix),
  }),
  fc.record({
    ...{ type: type("heard"), at, answer: any_answer, told: fc.option(any_fix) },
    withdrew: fc.boolean(),
  }),
);
const any_life = fc.array(any_event, { maxLength: 60 });
const lives = (hold: (cry: Crying, event: Event, then: Cry) => void) =>
  fc.assert(
    fc.property(any_life, (events) => {
      let cry: Cry = calm;
      for (const event of [pressed, { type: "sent_now", at: T0 } as Event, ...events]) {
        const then = next(cry, event);
        if (cry.stage === "crying") hold(cry, event, then);
        cry = then;
      }
    }),
    { numRuns: 300 },
  );

describe("whatever happens", () => {
  test("a cry keeps its id, and only its caller or its end stops it", () => {
    lives((cry, event, then) => {
      if (then.stage === "crying") {
        expect(then.report_id).toBe(cry.report_id);
        return;
      }
      const closed = "answer" in event && event.answer.state === "closed";
      const dropped = event.type === "not_needed" && cry.receipt === null;
      if (event.type === "needed_again") {
        expect([then.stage, cry.withdrawal]).toEqual(["calm", "heard"]);
        return;
      }
      expect([then.stage, closed || dropped || event.type === "gone"]).toEqual(["over", true]);
    });
  });

  test("until it is received only the report is due, and after the longest pause it is", () => {
    lives((cry) => {
      if (cry.receipt) return;
      const later = cry.next_try_at + LONGEST_PAUSE_MS;
      const errand = due(cry, later, true);
      expect(errand?.do).toBe(is_old(cry, later) ? undefined : "report");
    });
  });

  test("once received it is never unreceived, and a withdrawal is unsaid only where it is refused", () => {
    lives((cry, event, then) => {
      if (then.stage !== "crying") return;
      if (cry.receipt) expect(then.receipt).toBe(cry.receipt);
      const refused = event.type === "withdraw_refused" && cry.withdrawal === "wished";
      if (cry.withdrawal !== "no") expect(then.withdrawal === "no").toBe(refused);
    });
  });

  test("fixes wait in the order in which they were taken, and not too many", () => {
    lives(({ fixes }) => {
      const times = fixes.map((fix) => fix.fixed_at);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times.length).toBeLessThanOrEqual(60);
    });
  });

  test("what is kept on the phone is read back as it was", () => {
    lives((cry) => expect(read_kept(JSON.parse(JSON.stringify(cry)))).toEqual(cry));
  });

  test("a silent cry is never felt", () => {
    lives((cry, _, then) => {
      const hidden = (one: Cry) => (one.stage === "crying" ? { ...one, silent: true } : one);
      if (then.stage === "crying") expect(cue(hidden(cry), hidden(then))).toBeNull();
    });
  });
});
