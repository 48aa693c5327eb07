// Come here for how a new incident calls an officer who looks at the road: sound, title, voice.
import type { Follower, State } from "../room.js";
import type { Alarm } from "../sound.js";
import { is_waiting, loudest } from "../world.js";
import { police_words, spoken_place } from "./cab.js";

const waiting = ({ world }: State) => [...world.incidents.values()].filter(is_waiting);

/** Rings until somebody has accepted; with the level to which it was escalated. */
export function attention(alarm: Alarm): Follower {
  return (after, before) => {
    document.body.dataset.feed = after.desk.link.state;
    const some = waiting(after);
    alarm.ring(loudest(after.world));
    const words = police_words[after.desk.language];
    document.title = [some.length > 0 ? words.waiting(some.length) : "", words.product]
      .join(" ")
      .trim();
    speak(after, before);
  };
}

function speak(after: State, before: State): void {
  if (before.world.seq === null) return;
  const fresh = waiting(after).find((one) => !before.world.incidents.has(one.incident_id));
  const voice = document.getElementById("voice");
  if (!fresh || !voice) return;
  const words = police_words[after.desk.language];
  const place = spoken_place(fresh, words);
  voice.textContent = fresh.silent ? words.announced_silent(place) : words.announced(place);
}
