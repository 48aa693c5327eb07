// Come here for what fingers do to a cry.
import type { Event, Press } from "./cry.js";
import type { Hands, Page } from "./page.js";
import type { WalkHands } from "./walk_hands.js";

type Presses = Omit<Hands, keyof WalkHands | "set" | "shake" | "install">;

export function presses(
  page: () => Page,
  press: () => Press,
  change: (part: Partial<Page>) => void,
  take: (event: Event) => void,
  beat: () => void,
): Presses {
  const tap = () => take({ type: "tapped", at: Date.now(), press: press() });
  const send_now = () => take({ type: "sent_now", at: Date.now() });
  return {
    tap,
    send_now,
    hold: () => take({ type: "hold_began", at: Date.now(), press: press() }),
    let_go: () => take({ type: "let_go", at: Date.now(), tap_counts: page().settings.tap }),
    cancel: () => take({ type: "cancelled" }),
    choose: (part) => {
      change({ ...part, now: Date.now() });
      beat();
    },
    withdraw: () => {
      change({ asks: false });
      take({ type: "withdraw_wished" });
    },
    need_again: () => {
      // Whoever hid hides still; that it was a drill must not swallow a real cry.
      change({ drill_until: null });
      take({ type: "needed_again" });
    },
    still_needed: () => take({ type: "still_needed", at: Date.now() }),
    drop: () => take({ type: "not_needed" }),
    dismiss: () => take({ type: "dismissed" }),
    help: () => {
      tap();
      send_now();
    },
  };
}
