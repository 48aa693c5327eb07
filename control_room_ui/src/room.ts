// Come here for the one place where the control room's state is kept, and how its parts follow it.
import { Refused } from "./check.js";
import type { Link, Listener } from "./feed.js";
import type { Desk } from "./sight.js";
import { type Area, frame } from "./wire.js";
import { empty_world, type Message, next, type World } from "./world.js";

export interface State {
  readonly world: World;
  readonly desk: Desk;
  readonly areas: readonly Area[];
}

/** Told of every change, in order; may change the state again. */
export type Follower = (after: State, before: State) => void;

export class Room implements Listener {
  private readonly followers: Follower[] = [];
  private readonly news: [after: State, before: State][] = [];
  private is_telling = false;
  private present: State;

  /** `heard_at` is told the dispatcher's hour whenever the feed says it. */
  constructor(
    desk: Desk,
    private readonly heard_at: (at: string) => void,
  ) {
    this.present = { world: empty_world, desk, areas: [] };
  }

  get state(): State {
    return this.present;
  }

  get world(): World {
    return this.present.world;
  }

  get desk(): Desk {
    return this.present.desk;
  }

  get areas(): readonly Area[] {
    return this.present.areas;
  }

  follow(follower: Follower): void {
    this.followers.push(follower);
  }

  take(message: Message): void {
    this.become({ ...this.present, world: next(this.world, message) });
  }

  change(part: Partial<Desk>): void {
    this.become({ ...this.present, desk: { ...this.desk, ...part } });
  }

  show_areas(areas: readonly Area[]): void {
    this.become({ ...this.present, areas });
  }

  on_message(value: unknown): void {
    try {
      const read = frame(value);
      if (read?.type === "tick") this.heard_at(read.at);
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
    this.change({ link });
  }

  /** A follower's own change waits its turn, so that everybody hears all news in one order. */
  private become(after: State): void {
    this.news.push([after, this.present]);
    this.present = after;
    if (this.is_telling) return;
    this.is_telling = true;
    for (let news = this.news.shift(); news; news = this.news.shift()) this.tell(...news);
    this.is_telling = false;
  }

  /** A follower that fails is reported, and silences nobody: a broken map must not stop the alarm. */
  private tell(after: State, before: State): void {
    for (const follower of this.followers) {
      try {
        follower(after, before);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
