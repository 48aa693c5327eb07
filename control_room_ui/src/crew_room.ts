// Come here for where the crew's page keeps its state, and how it asks for lamps again.

import { NotDone } from "./calls.js";
import { Refused } from "./check.js";
import * as calls from "./crew_calls.js";
import { type Crew, choice } from "./crew_sight.js";
import type { Link, Listener } from "./feed.js";
import { LastWish } from "./last_wish.js";
import { whoever } from "./sign_in/badge.js";
import { frame, type LampChange } from "./wire.js";
import { empty_world, type Message, next, type World } from "./world.js";

/** A list that did not come is asked for again, not hammered for. */
const ASK_AGAIN_MS = 5_000;
/** The feed says at once what changes; since when, and when last heard, comes with the list. */
const LIST_EVERY_MS = 60_000;
/** Many lamps that fall silent together are one reason to ask, not many. */
const LIST_AT_MOST_EVERY_MS = 5_000;
const TEST_EVERY_MS = 1_000;

export class CrewRoom implements Listener {
  world: World = empty_world;
  private readonly list = new LastWish(() => this.fetch_lamps());
  private due: ReturnType<typeof setTimeout> | undefined;
  private listed_at = 0;

  constructor(
    public crew: Crew,
    private readonly heard_at: (at: string) => void,
    private readonly changed: () => void,
  ) {
    setInterval(() => this.list_soon(0), LIST_EVERY_MS);
    setInterval(() => void this.follow_test(), TEST_EVERY_MS);
    void this.take_up_test();
  }

  change(part: Partial<Crew>): void {
    this.crew = { ...this.crew, ...part };
    if (part.test !== undefined) keep_test(part.test?.test_id ?? null);
    this.changed();
  }

  take(message: Message): void {
    this.world = next(this.world, message);
    this.changed();
  }

  on_message(value: unknown): void {
    try {
      const read = frame(value);
      if (read?.type === "tick") this.heard_at(read.at);
      if (read?.type === "lamps") this.look_for_news(read.changes, read.totals?.total ?? null);
      if (read) this.take(read);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.on_garbage();
    }
  }

  on_garbage(): void {
    this.take({ type: "refused" });
  }

  on_link(link: Link): void {
    const is_back = link.state === "live" && this.crew.link.state !== "live";
    document.body.dataset.feed = link.state;
    this.change({ link });
    if (!is_back) return;
    this.list_now();
    void whoever().then(
      (myself) => this.change({ myself }),
      () => undefined,
    );
  }

  list_now(): void {
    clearTimeout(this.due);
    this.due = undefined;
    this.list.make();
  }

  /** Health that changed, or a number of lamps that is another, is worth a new list. */
  private look_for_news(changes: readonly LampChange[], total: number | null): void {
    const { lamps } = this.crew;
    const is_other = lamps !== null && total !== null && total !== lamps.length;
    const is_news = changes.some((one) => {
      const known =
        this.world.heard.get(one.lamp_id)?.view ?? this.world.inventory.get(one.lamp_id)?.view;
      return !known || known.online !== one.online || `${known.faults}` !== `${one.faults}`;
    });
    if (is_news || is_other) this.list_soon(1_000);
  }

  private list_soon(wait_ms: number): void {
    const rest = this.listed_at + LIST_AT_MOST_EVERY_MS - Date.now();
    this.due ??= setTimeout(() => this.list_now(), Math.max(wait_ms, rest));
  }

  private async fetch_lamps(): Promise<void> {
    const asked_after = this.world.lamp_frames;
    this.listed_at = Date.now();
    try {
      const lamps = await calls.every_lamp();
      this.crew = { ...this.crew, lamps, lamps_missing: false };
      this.take({ type: "lamps_loaded", lamps, asked_after });
    } catch {
      this.change({ lamps_missing: true });
      this.list.make_later(ASK_AGAIN_MS);
    }
  }

  /** A page that was loaded again goes on with the test that it had begun, and can end it. */
  private async take_up_test(): Promise<void> {
    const id = kept_test();
    if (!id) return;
    const test = await calls.read_test(id).catch(() => null);
    if (!test || this.crew.test) return;
    this.change({ test, ...choice(test.lamps.map(({ lamp_id }) => lamp_id)) });
  }

  /** How the test goes, until it is over. */
  async follow_test(): Promise<void> {
    const { test } = this.crew;
    if (!test || test.ended_at !== null) return;
    try {
      const fresh = await calls.read_test(test.test_id);
      if (this.crew.test?.test_id === test.test_id && this.crew.test.ended_at === null)
        this.change({ test: fresh, test_unheard: false });
    } catch (error) {
      const is_gone = error instanceof NotDone;
      this.change(is_gone ? { test: null, trouble: error } : { test_unheard: true });
    }
  }
}

const TEST = "lamplighter.test";

/** Keeping may be forbidden (private windows); the test then ends by itself all the same. */
function keep_test(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(TEST);
    else sessionStorage.setItem(TEST, id);
  } catch {
    // Nothing else depends on it.
  }
}

function kept_test(): string | null {
  try {
    return sessionStorage.getItem(TEST);
  } catch {
    return null;
  }
}
