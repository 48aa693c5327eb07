// Come here for what the walker is asked for after a step of the walk: a PIN, or to send the link.
// Law: whatever PIN was typed, right or under duress, the same follows; only a wrong one is asked for
// again, in the same place.
import type { Page } from "./page.js";
import { is_going, type Walk } from "./walk.js";

type Asks = Page["walk_asks"];

export function asked_after(before: Walk, walk: Walk, asks: Asks): Asks {
  if (!is_going(walk) || !is_going(before)) return null;
  if (!before.token && walk.token) return walk.guardian ? "link" : null;
  const [was, is] = [before.shown?.state, walk.shown?.state];
  if (was !== is && (is === "asking" || asks === "link" || asks === "hide_asked")) return null;
  const is_answered = before.wish?.pin && !walk.wish;
  return is_answered && walk.refused !== "pin" ? null : asks;
}
