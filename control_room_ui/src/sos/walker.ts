// Come here for the shell of a walk on the phone: runs its errands, keeps it, makes it heard.

import { alarm } from "./feel.js";
import { call } from "./post.js";
import { destroy_walk, keep_walk, kept_walk } from "./shelf.js";
import { type Going, is_going, next_walk, rings, type Walk, type WalkEvent } from "./walk.js";
import { type WalkErrand, walk_due, walk_outcome } from "./walk_errands.js";
import { track_letter, wish_letter } from "./walk_letter.js";

export interface WalkPage {
  walk(): Walk;
  show(walk: Walk): void;
  /** Whether the phone may make itself heard: never that of somebody who hides. */
  may_sound(): boolean;
}

export class Walker {
  private is_working = false;
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(private readonly page: WalkPage) {}

  take(event: WalkEvent): void {
    const before = this.page.walk();
    const walk = next_walk(before, event);
    if (walk !== before) {
      this.keep(before, walk);
      if (rings(before, walk) && this.page.may_sound()) alarm();
      this.page.show(walk);
    }
    void this.work();
  }

  async restore(): Promise<void> {
    const going = await kept_walk().catch(() => null);
    if (going) this.take({ type: "restored", going, at: Date.now() });
  }

  private keep(before: Walk, walk: Walk): void {
    if (!is_going(walk) && !is_going(before)) return;
    const step = is_going(walk) ? () => keep_walk(walk) : destroy_walk;
    this.keeping = this.keeping.then(step).catch(() => undefined);
  }

  private async work(): Promise<void> {
    const walk = this.page.walk();
    const errand = is_going(walk) && !this.is_working ? walk_due(walk, Date.now()) : null;
    if (!errand || !is_going(walk)) return;
    this.is_working = true;
    const event = await run_walk(errand, walk);
    this.is_working = false;
    const now = this.page.walk();
    if (is_going(now) && now.walk_id === walk.walk_id) this.take(event);
  }
}

async function run_walk(errand: WalkErrand, walk: Going): Promise<WalkEvent> {
  const reply = await reply_to(errand, walk);
  return walk_outcome(errand, reply, Date.now(), Math.random(), location.href);
}

async function reply_to(errand: WalkErrand, { walk_id, phone_secret, token }: Going) {
  const own = `/v1/walks/${walk_id}`;
  switch (errand.do) {
    case "start":
      return call(
        "/v1/walks",
        { walk_id, ...(phone_secret && { phone_secret }), ...errand.letter },
        null,
      );
    case "wish": {
      const { call: what, body } = wish_letter(errand.wish);
      return call(`${own}/${what}`, body, token);
    }
    case "tell":
      return call(
        `${own}/positions`,
        track_letter(errand.fixes, await battery(), Date.now()),
        token,
      );
  }
}

/** Only some browsers tell. */
async function battery(): Promise<number | null> {
  const { getBattery } = navigator as { getBattery?: () => Promise<{ level: number }> };
  const found = await getBattery?.call(navigator).catch(() => null);
  return found ? Math.round(found.level * 100) : null;
}
