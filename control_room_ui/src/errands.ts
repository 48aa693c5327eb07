// Come here for what the control room fetches over HTTP, and when it asks again.
import * as calls from "./calls.js";
import { LastWish } from "./last_wish.js";
import type { Room, State } from "./room.js";

/** A list that did not come is asked for again, not hammered for. */
const ASK_AGAIN_MS = 5_000;
const CLOSED_SHOWN = 50;

export class Errands {
  private readonly journal = new LastWish(() => this.fetch_journal());
  private readonly district = new LastWish(() => this.fetch_district());

  constructor(private readonly room: Room) {
    room.follow((after, before) => this.run(after, before));
  }

  private run({ world, desk }: State, { world: old_world, desk: old }: State): void {
    const is_back = desk.link.state === "live" && old.link.state !== "live";
    // Nobody listened for a while, and the feed lists only lamps that leave their programme.
    if (is_back) this.district.make();
    if (desk.list === "closed" && (is_back || old.list !== "closed")) void this.fetch_closed();
    if (!desk.chosen) return;
    const is_new = world.incidents.get(desk.chosen) !== old_world.incidents.get(desk.chosen);
    if (is_new || desk.chosen !== old.chosen || is_back) this.journal.make();
  }

  private async fetch_district(): Promise<void> {
    const asked_after = this.room.world.lamp_frames;
    try {
      this.room.show_areas((await calls.areas()).features);
      const { features: lamps } = await calls.lamps();
      this.room.take({ type: "lamps_loaded", lamps, asked_after });
      this.room.change({ lamps_missing: false });
    } catch {
      this.room.change({ lamps_missing: true });
      setTimeout(() => this.district.make(), ASK_AGAIN_MS);
    }
  }

  private async fetch_closed(): Promise<void> {
    try {
      const { incidents } = await calls.incidents("closed", CLOSED_SHOWN);
      this.room.take({ type: "incidents_loaded", incidents });
    } catch (error) {
      this.room.change({ trouble: error });
    }
  }

  private async fetch_journal(): Promise<void> {
    const id = this.room.desk.chosen;
    if (!id) return;
    const journal = await calls.journal(id).then(
      ({ entries }) => entries,
      () => null,
    );
    // The operator may have gone on to another incident meanwhile.
    if (this.room.desk.chosen !== id) return;
    this.room.change({ journal: journal ?? this.room.desk.journal, journal_missing: !journal });
  }
}
