// Come here for cries to test with, and what happens to them.
import {
  type Answer,
  type Cry,
  type Crying,
  calm,
  type Event,
  HOLD_MS,
  next,
  type Press,
} from "../src/sos/cry.js";
import type { Fix } from "../src/sos/fix.js";

export const T0 = Date.parse("2026-11-22T12:00:00.000Z");
export const a_fix = (seconds: number, east_m = 0, accuracy_m: number | null = 10): Fix => ({
  lon: 127.0165 + east_m / 88_000,
  lat: 37.6512,
  accuracy_m,
  fixed_at: T0 + seconds * 1000,
});
export const press: Press = {
  ...{ report_id: "one", phone_secret: "ours", silent: false, drill: false, fix: null },
  ...{ walk_id: null, walker_token: null },
};
export const an_answer = (state = "open", more: Partial<Answer> = {}): Answer => ({
  ...{ state, withdrawn: false, asked: 4, lit: 0, number: null, address: null },
  ...more,
});
export const receipt = { incident_id: "i", received_at: "2026-11-22T12:00:00.100Z", token: "t" };

export const after = (...events: Event[]): Cry => events.reduce<Cry>(next, calm);
export function crying(...events: Event[]): Crying {
  const cry = after(pressed, { type: "ticked", at: T0 + HOLD_MS }, ...events);
  if (cry.stage !== "crying") throw new Error(`it is ${cry.stage}`);
  return cry;
}
export const pressed: Event = { type: "hold_began", at: T0, press };
export const tapped: Event = { type: "tapped", at: T0, press };
export const tried: Event = { type: "tried" };
export const received = (sent: Fix | null = null): Event => ({
  type: "received",
  at: T0 + 2_000,
  receipt,
  answer: an_answer(),
  sent,
});
export const heard = (answer: Answer, at = T0 + 5_000): Event => ({
  ...{ type: "heard", at, answer, told: null, withdrew: false },
});
export const unanswered = (chance = 0, at = T0): Event => ({ type: "unanswered", at, chance });
