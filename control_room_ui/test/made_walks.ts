// Come here for walks to test with, and what happens to them.
import type { Fix } from "../src/sos/fix.js";
import {
  type Going,
  idle,
  next_walk,
  type Shown,
  type Walk,
  type WalkEvent,
  type Wish,
} from "../src/sos/walk.js";
import { letter_of } from "../src/sos/walk_letter.js";

export const T0 = Date.parse("2026-11-22T12:00:00.000Z");
export const PAGE = "https://lamps.example/sos";
export const a_fix = (seconds: number, east_m = 0): Fix => ({
  lon: 127.0165 + east_m / 88_000,
  ...{ lat: 37.6512, accuracy_m: 10, fixed_at: T0 + seconds * 1000 },
});
export const wanted = {
  ...{ minutes: 20, home: { lon: 127, lat: 37.6 }, contact: "010", consent: true },
  ...{ watched: false, pin: "4821", duress_pin: "1190" },
};
export const letter = letter_of(wanted, "vi");
export const shown = (state = "walking", more: Partial<Shown> = {}): Shown => ({
  ...{
    state,
    at: T0,
    due_at: T0 + 1_200_000,
    paused_until: null,
    question: null,
    said_fine: false,
    dark: null,
  },
  ...{ daylight: false, needs_pin: true, watched: false, possible: [] },
  ...more,
});
export const begun: WalkEvent = {
  ...{ type: "begun", at: T0, walk_id: "w", phone_secret: "ours", label: "Home" },
  ...{ letter, fix: null },
};
export const link = {
  ...{ url: "https://lamps.example/guardian#t", expires_at: T0 + 46_800_000 },
  ...{ consent: true, can_be_told: false },
};
export const started: WalkEvent = {
  ...{ type: "started", at: T0, token: "t", link, shown: shown() },
};
export const heard = (state: string, at = T0, granted: Wish | null = null): WalkEvent => ({
  ...{ type: "heard", at, shown: shown(state), told: null, granted },
});
export const fixed = (seconds: number, east_m = 0): WalkEvent => ({
  type: "fixed",
  fix: a_fix(seconds, east_m),
});
export const fine: Wish = { do: "fine", pin: "4821" };
export const wished: WalkEvent = { type: "wished", wish: fine };

export const after = (...events: WalkEvent[]) => events.reduce<Walk>(next_walk, idle);
export function going(...events: WalkEvent[]): Going {
  const walk = after(begun, ...events);
  if (walk.stage !== "going") throw new Error(`it is ${walk.stage}`);
  return walk;
}

export const refused = (what: "tell"): WalkEvent => ({ type: "refused", at: T0, what });
