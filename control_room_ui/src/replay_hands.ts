// Come here for what happens when somebody starts, steps through, plays or ends a replay.
import * as calls from "./calls.js";
import type { Instruments } from "./hands.js";
import { first_frame, moved_to, played_or_paused, type Replay } from "./replay.js";
import type { Room } from "./room.js";
import type { Hands } from "./sight.js";

/** Long enough to read what happened, short enough for an hour's incident in a minute. */
const FRAME_MS = 1_000;

type ReplayHands = Pick<Hands, "start_replay" | "replay_at" | "play_or_pause" | "end_replay">;

export function replay_hands(room: Room, { look_at }: Instruments): ReplayHands {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (replay: Replay | null) => {
    clearTimeout(timer);
    room.change({ replay });
    if (replay?.is_playing) timer = setTimeout(() => go_on(replay), FRAME_MS);
  };
  // Ended, or another one begun meanwhile: then there is nothing to go on with.
  const go_on = (replay: Replay) =>
    room.desk.replay === replay && show(moved_to(replay, replay.at + 1));
  const with_present = (change: (replay: Replay) => Replay) => {
    if (room.desk.replay) show(change(room.desk.replay));
  };
  room.follow(({ desk: { replay }, world }) => {
    if (replay && world.incidents.get(replay.incident_id)?.erased_at) show(null);
  });
  return {
    start_replay: (id) =>
      void calls.replay(id).then(
        ({ frames }) => {
          show(first_frame(id, frames));
          look_at(id);
        },
        (trouble: unknown) => room.change({ trouble }),
      ),
    replay_at: (frame) => with_present((replay) => moved_to(replay, frame)),
    play_or_pause: () => with_present(played_or_paused),
    end_replay: () => show(null),
  };
}
