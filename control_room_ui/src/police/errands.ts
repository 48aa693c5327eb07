// Come here for what the police desk fetches: its own ground, and where its callers came from.
import * as calls from "../calls.js";
import { type Box, box_around } from "../earth.js";
import { longest_ring } from "../features.js";
import { LastWish } from "../last_wish.js";
import { track_of } from "../replay.js";
import type { Room, State } from "../room.js";
import { whoever } from "../sign_in/badge.js";
import type { Area } from "../wire.js";
import { is_open, type World } from "../world.js";

const ASK_AGAIN_MS = 5_000;
/** Degrees, about 500 m: lamps just across the border light our callers too. */
const BESIDE = 0.005;

export class Errands {
  private readonly ground = new LastWish(() => this.fetch_ground());
  private readonly track = new LastWish(() => this.fetch_track());
  private readonly asked = new Set<string>();

  /** `unknown` is called when the dispatcher has no such jurisdiction. */
  constructor(
    private readonly room: Room,
    private readonly jurisdiction: string,
    private readonly unknown: () => void,
  ) {
    room.follow((after, before) => this.run(after, before));
    this.ground.make();
  }

  private run({ world, desk }: State, { world: old_world, desk: old }: State): void {
    const is_back = desk.link.state === "live" && old.link.state !== "live";
    const is_news =
      world.incidents !== old_world.incidents || world.inventory !== old_world.inventory;
    if (is_back || (is_news && this.lights_unknown(world))) this.ground.make();
    if (desk.chosen !== old.chosen || is_back) this.track.make();
  }

  /** Whether a caller beyond the border has lamps that were never asked for: each is, once. */
  private lights_unknown({ incidents, inventory }: World): boolean {
    if (inventory.size === 0) return false; // it is being asked for
    const lamps = [...incidents.values()].filter(is_open).flatMap((one) => one.lamps);
    const unknown = lamps.filter(
      ({ lamp_id }) => !inventory.has(lamp_id) && !this.asked.has(lamp_id),
    );
    for (const { lamp_id } of unknown) this.asked.add(lamp_id);
    return unknown.length > 0;
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
      const box = box_of(features, this.jurisdiction, callers(this.room.world));
      if (!box) return this.unknown();
      this.room.show_areas(features);
      const { features: lamps } = await calls.lamps_within(wider(box));
      this.room.take({ type: "lamps_loaded", lamps, asked_after });
      this.room.change({ lamps_missing: false });
    } catch {
      this.room.change({ lamps_missing: true });
      this.ground.make_later(ASK_AGAIN_MS);
    }
  }
}

type Beside = readonly (readonly [lon: number, lat: number])[];

/** Whom a unit was sent to beyond the border has lamps there. */
const callers = ({ incidents }: World): Beside =>
  [...incidents.values()]
    .filter(is_open)
    .flatMap(({ place: { position } }) =>
      position ? [[position.lon, position.lat] as const] : [],
    );

/** A jurisdiction, and whoever else is to be on the map; null where there is none of that name. */
export function box_of(
  areas: readonly Area[],
  jurisdiction: string,
  beside: Beside = [],
): Box | null {
  const ours = areas.filter(
    ({ properties: { name, kind } }) => name === jurisdiction && kind === "jurisdiction",
  );
  const corners = ours.flatMap(({ geometry }) => longest_ring(geometry));
  const outline = corners.map((at) => [at[0] ?? 0, at[1] ?? 0] as const);
  return outline.length > 0 ? box_around([...outline, ...beside]) : null;
}

const wider = ([west, south, east, north]: Box): Box => [
  west - BESIDE,
  south - BESIDE,
  east + BESIDE,
  north + BESIDE,
];
