// Come here for what the control room fetches over HTTP, and when it asks again.
import * as calls from "./calls.js";
import { LastWish } from "./last_wish.js";
import { track_of } from "./replay.js";
import type { Room, State } from "./room.js";
import { query_of } from "./search.js";
import { whoever } from "./sign_in/badge.js";
import { is_open, type World } from "./world.js";

/** A list that did not come is asked for again, not hammered for. */
const ASK_AGAIN_MS = 5_000;
const CLOSED_SHOWN = 50;
/** Letters to guardians are about no incident: no frame of the feed tells of them. */
const LETTERS_EVERY_MS = 30_000;

export class Errands {
  private readonly journal = new LastWish(() => this.fetch_journal());
  private readonly track = new LastWish(() => this.fetch_track());
  private readonly closed = new LastWish(() => this.fetch_closed());
  private readonly letters = new LastWish(() => this.fetch_letters());
  private readonly district = new LastWish(() => this.fetch_district());

  constructor(private readonly room: Room) {
    room.follow((after, before) => this.run(after, before));
    setInterval(() => this.letters.make(), LETTERS_EVERY_MS);
  }

  private run({ world, desk }: State, { world: old_world, desk: old }: State): void {
    const is_back = desk.link.state === "live" && old.link.state !== "live";
    // Nobody listened for a while, and the feed lists only lamps that leave their programme.
    if (is_back) this.district.make();
    if (said_untold(world) !== said_untold(old_world)) this.letters.make();
    const is_other_search = old.list !== "closed" || desk.search !== old.search;
    const is_other_past = begins_or_ends(world, old_world);
    if (desk.list === "closed" && (is_back || is_other_search || is_other_past)) this.closed.make();
    if (!desk.chosen) return;
    if (desk.chosen !== old.chosen || is_back) this.track.make();
    const is_new = world.incidents.get(desk.chosen) !== old_world.incidents.get(desk.chosen);
    if (is_new || desk.chosen !== old.chosen || is_back) this.journal.make();
  }

  private async fetch_district(): Promise<void> {
    const asked_after = this.room.world.lamp_frames;
    try {
      this.room.change({ myself: await whoever() });
      this.letters.make();
      this.room.change({ pages: (await calls.settings()).screens });
      this.room.show_areas((await calls.areas()).features);
      const { features: lamps } = await calls.lamps();
      this.room.take({ type: "lamps_loaded", lamps, asked_after });
      this.room.change({ lamps_missing: false });
    } catch {
      this.room.change({ lamps_missing: true });
      this.district.make_later(ASK_AGAIN_MS);
    }
  }

  /** Whoever may not work them off is not asked for them. */
  private async fetch_letters(): Promise<void> {
    const { myself } = this.room.desk;
    if (myself && !myself.roles.some((role) => role === "operator" || role === "supervisor"))
      return;
    const found = await calls.letters().catch(() => null);
    if (found) this.room.change({ letters: found.letters });
  }

  private async fetch_closed(): Promise<void> {
    try {
      const { search } = this.room.desk;
      const { incidents } = await calls.incidents(query_of(search, CLOSED_SHOWN));
      this.room.take({ type: "incidents_loaded", incidents });
      // Typed on meanwhile: what was found is not what is asked for.
      if (search !== this.room.desk.search) return;
      this.room.change({ found: incidents.map((one) => one.incident_id) });
    } catch (error) {
      this.room.change({ trouble: error });
    }
  }

  /** A page that is opened in the middle of an incident does not know where the caller came from. */
  private async fetch_track(): Promise<void> {
    const incident_id = this.room.desk.chosen;
    if (!incident_id || !is_open(this.room.world.incidents.get(incident_id))) return;
    const told = await calls.replay(incident_id).catch(() => null);
    if (told) this.room.take({ type: "track_loaded", incident_id, track: track_of(told.frames) });
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

/** Whether a known incident was closed, or opened again: the list of closed ones is another then. */
function begins_or_ends({ incidents }: World, { incidents: old }: World): boolean {
  if (incidents === old) return false;
  return [...old].some(([id, one]) => is_open(one) !== is_open(incidents.get(id)));
}

const said = new WeakMap<World["incidents"], string>();

/** Who has not been told of what, in one word that changes whenever that does. */
function said_untold({ incidents }: World): string {
  const known = said.get(incidents);
  if (known !== undefined) return known;
  const all = [...incidents.values()].flatMap(({ incident_id, untold, updated_at }) =>
    untold.map(({ target }) => `${incident_id} ${target} ${updated_at}`),
  );
  said.set(incidents, all.join());
  return all.join();
}
