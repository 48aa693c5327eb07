// Come here for what the police desk fetches: its own ground, and where its callers came from.
import * as calls from "../calls.js";
import { type Box, box_around } from "../earth.js";
import { longest_ring } from "../features.js";
import { LastWish } from "../last_wish.js";
import { track_of } from "../replay.js";
import type { Room, State } from "../room.js";
import { whoever } from "../sign_in/badge.js";
import type { Area } from "../wire.js";

const ASK_AGAIN_MS = 5_000;
/** Degrees, about 500 m: lamps just across the border light our callers too. */
const BESIDE = 0.005;

export class Errands {
  private readonly ground = new LastWish(() => this.fetch_ground());
  private readonly track = new LastWish(() => this.fetch_track());

  /** `unknown` is called when the dispatcher has no such jurisdiction. */
  constructor(
    private readonly room: Room,
    private readonly jurisdiction: string,
    private readonly unknown: () => void,
  ) {
    room.follow((after, before) => this.run(after, before));
    this.ground.make();
  }

  private run({ desk }: State, { desk: old }: State): void {
    const is_back = desk.link.state === "live" && old.link.state !== "live";
    if (is_back) this.ground.make();
    if (desk.chosen !== old.chosen || is_back) this.track.make();
  }

  /** A tablet that is switched on in the middle of an incident does not know the way so far. */
  private async fetch_track(): Promise<void> {
    const incident_id = this.room.desk.chosen;
    if (!incident_id) return;
    const told = await calls.replay(incident_id).catch(() => null);
    const is_ours = this.room.world.incidents.has(incident_id);
    if (told && is_ours)
      this.room.take({ type: "track_loaded", incident_id, track: track_of(told.frames) });
  }

  private async fetch_ground(): Promise<void> {
    const asked_after = this.room.world.lamp_frames;
    try {
      this.room.change({ myself: await whoever() });
      const { features } = await calls.areas();
      const box = box_of(features, this.jurisdiction);
      if (!box) return this.unknown();
      this.room.show_areas(features);
      const { features: lamps } = await calls.lamps_within(wider(box));
      this.room.take({ type: "lamps_loaded", lamps, asked_after });
      this.room.change({ lamps_missing: false });
    } catch {
      this.room.change({ lamps_missing: true });
      setTimeout(() => this.ground.make(), ASK_AGAIN_MS);
    }
  }
}

export function box_of(areas: readonly Area[], jurisdiction: string): Box | null {
  const ours = areas.filter(
    ({ properties: { name, kind } }) => name === jurisdiction && kind === "jurisdiction",
  );
  const corners = ours.flatMap(({ geometry }) => longest_ring(geometry));
  return box_around(corners.map((at) => [at[0] ?? 0, at[1] ?? 0] as const));
}

const wider = ([west, south, east, north]: Box): Box => [
  west - BESIDE,
  south - BESIDE,
  east + BESIDE,
  north + BESIDE,
];
