// Come here for what fingers do to a walk.
import { new_id } from "../screen.js";
import type { Hands, Page } from "./page.js";
import { is_going } from "./walk.js";
import { letter_of } from "./walk_letter.js";
import { forget, save } from "./walk_wishes.js";
import type { Walker } from "./walker.js";

type WalkHands = Pick<Hands, "begin" | "wish" | "leave_walk" | "save_home" | "forget_walks">;

export function walk_hands(
  page: () => Page,
  change: (part: Partial<Page>) => void,
  walker: Walker,
): WalkHands {
  return {
    begin: (wanted, label) => {
      change({ saved: save({ contact: wanted.contact }) });
      const start = { walk_id: new_id(), label, letter: letter_of(wanted), fix: page().fix };
      walker.take({ type: "begun", at: Date.now(), ...start });
    },
    wish: (what, pin) => {
      const { walk } = page();
      const needs_pin = is_going(walk) && walk.shown?.needs_pin && what !== "resume";
      const asks = needs_pin && pin === undefined;
      change({ walk_asks: asks ? what : null });
      if (!asks) walker.take({ type: "wished", wish: { do: what, pin: pin ?? null } });
    },
    leave_walk: () => walker.take({ type: "dismissed" }),
    save_home: (label) => {
      const { fix } = page();
      if (fix) change({ saved: save({ home: { label, lon: fix.lon, lat: fix.lat } }) });
    },
    forget_walks: () => change({ saved: forget() }),
  };
}
