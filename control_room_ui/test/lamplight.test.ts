// Come here for what a lamp looks like in which state, and when it has answered.
import { expect, test } from "vitest";
import { answer, count_answers, type Look, look } from "../src/lamplight.js";
import type { LampView } from "../src/wire.js";
import { asked_lamp } from "../src/wire.js";
import { an_incident, view } from "./made.js";

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
