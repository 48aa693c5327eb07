// Come here for how a past incident is shown again, frame by frame, as the screens were told it.
// Law: a replay is a world of its own. Nothing of it reaches the live one, and nothing live reaches it,
// but that what it shows is destroyed: then it ends.
import type { IncidentFrame, Lamp, LampView, Position } from "./wire.js";
import { empty_world, longer, type World } from "./world.js";

export interface Replay {
  readonly incident_id: string;
  readonly frames: readonly IncidentFrame[];
  /** The frame that is shown, from 0. */
  readonly at: number;
  readonly is_playing: boolean;
}

export const first_frame = (incident_id: string, frames: readonly IncidentFrame[]): Replay => ({
  incident_id,
  frames,
  at: 0,
  is_playing: false,
});

/** The replay at another frame; it stops where there is none. */
export function moved_to(replay: Replay, at: number): Replay {
  const last = Math.max(0, replay.frames.length - 1);
  const within = Math.min(last, Math.max(0, at));
  return { ...replay, at: within, is_playing: replay.is_playing && within < last };
}

/** Pressed at the end, it begins again. */
export function played_or_paused(replay: Replay): Replay {
  const is_over = replay.at >= replay.frames.length - 1;
  const from = !replay.is_playing && is_over ? moved_to(replay, 0) : replay;
  return { ...from, is_playing: !replay.is_playing && replay.frames.length > 1 };
}

const DARK: LampView = { scene: "schedule", level: 0, online: true, faults: [] };

/** Every lamp as if nobody asked anything of it: what it really showed then nobody wrote down. */
export function quiet(inventory: ReadonlyMap<string, Lamp>): ReadonlyMap<string, Lamp> {
  return new Map([...inventory].map(([id, lamp]) => [id, { ...lamp, view: DARK }]));
}

/** The world as it was told at the replay's frame; `inventory` is the quiet one. */
export function replayed_world(replay: Replay, inventory: ReadonlyMap<string, Lamp>): World {
  const told = replay.frames.slice(0, replay.at + 1);
  const now = told.at(-1);
  if (!now) return { ...empty_world, inventory };
  return {
    ...empty_world,
    seq: now.seq,
    inventory,
    incidents: new Map([[replay.incident_id, now.incident]]),
    tracks: new Map([[replay.incident_id, track_of(told)]]),
    heard: heard_at(replay, now),
  };
}

/** Where the caller was, oldest first, standing still said once. */
export function track_of(frames: readonly IncidentFrame[]): readonly Position[] {
  return frames.reduce<readonly Position[]>(
    (track, { incident }) =>
      incident.place.position ? longer(track, incident.place.position) : track,
    [],
  );
}

/** Lamps of any frame, so that one that was asked later is dark again when stepping back. */
function heard_at({ frames }: Replay, now: IncidentFrame): World["heard"] {
  const heard = new Map<string, { view: LampView; frame: number }>();
  for (const { incident } of frames)
    for (const { lamp_id } of incident.lamps) heard.set(lamp_id, { view: DARK, frame: now.seq });
  for (const { lamp_id, asked, seen, faults } of now.incident.lamps) {
    const shown = seen && asked !== "none" ? { ...DARK, scene: asked, level: 100 } : DARK;
    heard.set(lamp_id, { view: { ...shown, faults }, frame: now.seq });
  }
  return heard;
}
