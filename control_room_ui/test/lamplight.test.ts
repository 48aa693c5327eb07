// Come here for what a lamp looks like in which state, and when it has answered.
import { expect, test } from "vitest";
import { answer, count_answers, type Look, lit_lamps, look } from "../src/lamplight.js";
import type { LampView } from "../src/wire.js";
import { asked_lamp } from "../src/wire.js";
import { next } from "../src/world.js";
import { a_lamp, after, an_incident, read, view } from "./made.js";

const cases: [string, LampView | null, Look][] = [
  ["nobody has heard of it", null, "unheard"],
  ["it was never sighted", view({ scene: null, online: null, level: null }), "unheard"],
  ["it is offline, whatever it showed last", view({ scene: "blink", online: false }), "offline"],
  [
    "it says that it blinks but its lamp is dead",
    view({ scene: "blink", faults: ["lamp_failure"] }),
    "faulty",
  ],
  ["it blinks, too hot", view({ scene: "blink", faults: ["high_temperature"] }), "blink"],
  ["it is bright", view({ scene: "bright" }), "bright"],
  ["it is dim", view({ scene: "dim", level: 20 }), "dim"],
  ["it follows its programme, lit", view(), "on"],
  ["it follows its programme, dark", view({ level: 0 }), "off"],
  ["it burns by day", view({ faults: ["day_burning"] }), "faulty"],
];
test.each(cases)("when %s", (_, seen, wanted) => {
  expect(look(seen)).toBe(wanted);
});

const asked = (fields: object = {}) => asked_lamp({ lamp_id: "a", asked: "blink", ...fields });

test.each([
  ["not asked", asked({ asked: "none" }), view(), "unasked"],
  ["shows what was asked", asked(), view({ scene: "blink" }), "seen"],
  ["was seen before, but shows something else now", asked({ seen: true }), view(), "waiting"],
  ["has not answered", asked(), view(), "waiting"],
  ["is offline", asked({ seen: true }), view({ online: false }), "failed"],
  ["is faulty", asked(), view({ faults: ["lamp_failure"] }), "failed"],
  ["was seen by the dispatcher, though not by us", asked({ seen: true }), null, "seen"],
  [
    "has a fault that only the dispatcher knows",
    asked({ faults: ["supply_loss"] }),
    null,
    "failed",
  ],
])("a lamp that %s", (_, lamp, seen, wanted) => {
  expect(answer(lamp, seen)).toBe(wanted);
});

test("answers add up to the lamps", () => {
  const lamps = [
    asked(),
    asked({ seen: true }),
    asked({ asked: "none" }),
    asked({ faults: ["x"] }),
  ];
  const counts = count_answers(an_incident("i", { lamps }), () => null);
  expect(counts).toEqual({ asked: 3, seen: 1, waiting: 1, failed: 1, unasked: 1 });
});

test("as many lamps are called lit as stand out on the map, whoever walks where", () => {
  const street = [
    a_lamp("blinks", { scene: "blink" }),
    a_lamp("bright", { scene: "bright" }),
    a_lamp("dead", { scene: "blink", faults: ["lamp_failure"] }),
    a_lamp("veiled"), // bright for a walker, which no screen is told
    a_lamp("at-rest", { scene: "blink" }),
  ];
  const world = after({ type: "lamps_loaded", lamps: street, asked_after: 0 });
  expect(lit_lamps(world)).toBe(3);
  const totals = { total: 5, online: 5, lit: 4, faulty: 1 };
  const changes = [{ lamp_id: "at-rest", ...view() }];
  const heard = next(world, read({ type: "lamps", changes, totals }));
  expect(heard.totals?.lit).toBe(4);
  expect(lit_lamps(heard)).toBe(2);
});
