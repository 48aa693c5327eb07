// Come here for how a waiting incident calls whoever is not looking: sound, title, spoken notice.
import { show_favicon } from "./favicon.js";
import type { Follower, State } from "./room.js";
import type { Alarm } from "./sound.js";
import type { Incident } from "./wire.js";
import { languages } from "./words.js";
import { is_waiting, loudest, waiting_in } from "./world.js";

export const waiting = ({ world }: State): Incident[] =>
  [...world.incidents.values()].filter(is_waiting);

/** Follows at once, not with the next drawing: a hidden tab draws nothing, but must still ring. */
export function attention(alarm: Alarm): Follower {
  return (after, before) => {
    if (after.desk.now !== before.desk.now) return;
    const count = waiting(after).length;
    alarm.ring(loudest(after.world));
    document.title = title(after);
    show_favicon(after.desk.link.state === "live", count);
    document.body.dataset.feed = after.desk.link.state;
    document.body.dataset.waiting = String(count);
    speak(after, before);
  };
}

function title(state: State): string {
  const words = languages[state.desk.language];
  const link = state.desk.link.state;
  const { real, drills } = waiting_in(state.world);
  const parts = [
    link === "live" ? "" : `⚠ ${words.links[link]}`,
    real > 0 ? words.title_waiting(real) : "",
    drills > 0 ? words.waiting_drills(drills) : "",
    words.product,
  ];
  return parts.filter(Boolean).join(" — ");
}

/** For those who hear the page instead of seeing it: what came in since the snapshot. */
function speak(after: State, before: State): void {
  if (before.world.seq === null) return;
  const known = before.world.incidents;
  const fresh = waiting(after).find((one) => !known.has(one.incident_id));
  const voice = document.getElementById("voice");
  if (!fresh || !voice) return;
  const { address, number } = fresh.place;
  voice.textContent = languages[after.desk.language].announced(address ?? number ?? "");
}
