// Come here to see how the police desk is put together: one jurisdiction's feed, room, map, alarm.
import { ServerClock } from "../clock.js";
import { Feed, feed_address } from "../feed.js";
import { hands_of } from "../hands.js";
import { Room, type State } from "../room.js";
import { first_desk } from "../sight.js";
import type { Myself } from "../sign_in/calls.js";
import { Alarm } from "../sound.js";
import type { Area, Incident } from "../wire.js";
import { type Language, languages } from "../words.js";
import { is_open } from "../world.js";
import { attention } from "./attention.js";
import {
  type Cab,
  cases,
  first_cab,
  first_light,
  keep_light,
  police_words,
  type Sight,
  stations_of,
} from "./cab.js";
import { let_choose } from "./choice.js";
import { draw_cab } from "./draw.js";
import { Errands } from "./errands.js";
import { Ground } from "./ground.js";
import { press } from "./keys.js";
import { stay_awake } from "./wake.js";

/** Long enough to be read at a second glance. */
const NEWS_MS = 10_000;

const district_of = (areas: readonly Area[]): string =>
  areas.find(({ properties }) => properties.kind === "district")?.properties.name ?? "";

export class PoliceDesk {
  private readonly clock = new ServerClock(Date.now);
  private readonly room: Room;
  private readonly alarm: Alarm;
  private readonly ground: Ground;
  private readonly hands: Sight["hands"];
  private readonly feed: Feed;
  private cab: Cab;
  private is_drawing_due = false;

  constructor(
    jurisdiction: string,
    language: Language,
    private readonly myself: Myself | null,
  ) {
    this.cab = first_cab(jurisdiction, first_light(Date.now()));
    this.room = new Room(first_desk(language, this.clock.now()), (at) => this.clock.heard(at));
    this.alarm = new Alarm(() => this.room.change({ sound: this.alarm.is_on }));
    this.hands = this.make_hands();
    this.room.follow(attention(this.alarm));
    this.room.follow((after, before) => this.choose(after, before));
    const chose = this.hands.choose;
    this.ground = new Ground(
      this.room,
      jurisdiction,
      () => this.clock.now(),
      this.cab.light,
      chose,
    );
    this.room.follow(() => this.draw_soon());
    this.feed = this.listen(jurisdiction);
    new Errands(this.room, jurisdiction, () => this.leave(jurisdiction));
    this.run();
    Object.assign(window, {
      lamplighter: { world: () => this.room.world, ...this.ground.inside },
    });
  }

  private listen(jurisdiction: string): Feed {
    const address = `${feed_address(location)}&jurisdiction=${encodeURIComponent(jurisdiction)}`;
    const resume_after = () => (this.room.world.lost ? null : this.room.world.seq);
    this.room.follow(({ world }, before) => {
      if (world.lost && !before.world.lost) this.feed.resync();
    });
    return new Feed(address, resume_after, this.room);
  }

  private run(): void {
    document.addEventListener("keydown", (event) => {
      const is_plain = !event.ctrlKey && !event.altKey && !event.metaKey;
      const is_here = !document.body.dataset.choosing;
      if (is_plain && is_here && press(event.key, this.sight)) event.preventDefault();
    });
    setInterval(() => {
      this.room.change({ now: this.clock.now(), sound: this.alarm.is_on });
    }, 1_000);
    // Long words are scrolled from the keyboard too.
    document.getElementById("words")?.setAttribute("tabindex", "0");
    stay_awake();
  }

  private make_hands(): Sight["hands"] {
    const instruments = {
      look_at: (id: string) => this.ground.look_at(id),
      test_sound: () => this.alarm.test(),
      show_whole_district: () => this.ground.look_around(),
      look_at_place: () => undefined, // walks home are the control room's
    };
    return {
      ...hands_of(this.room, instruments),
      change: (part) => this.change(part),
      switch_light: () => this.switch_light(),
      change_jurisdiction: () => this.leave(null),
      centre: () => this.ground.look_around(),
    };
  }

  private get sight(): Sight {
    const { world, desk } = this.room;
    const common = languages[desk.language];
    const words = police_words[desk.language];
    const { cab, hands } = this;
    const district = district_of(this.room.areas);
    const stations = stations_of(this.room.areas, cab.jurisdiction);
    return { world, desk, cab, district, stations, hands, common, words };
  }

  private change(part: Partial<Cab>): void {
    this.cab = { ...this.cab, ...part };
    this.draw_soon();
  }

  private switch_light(): void {
    const light = this.cab.light === "day" ? "night" : "day";
    keep_light(light);
    this.ground.show(light);
    this.change({ light });
  }

  private leave(unknown: string | null): void {
    this.feed.stop();
    this.alarm.ring(null);
    let_choose(this.room.desk.language, unknown, this.myself);
  }

  /** Whoever is shown stays until closed or gone; then whoever waits longest is shown. */
  private choose(after: State, before: State): void {
    const chosen = after.desk.chosen ?? "";
    const shown = after.world.incidents.get(chosen);
    if (is_open(shown)) return;
    const gone = shown ?? before.world.incidents.get(chosen);
    if (gone) this.part_from(gone, shown ? "cleared" : "left");
    const [first] = cases(after.world);
    if (first) this.hands.choose(first.incident_id);
    else if (chosen) this.room.change({ chosen: null, trouble: null });
  }

  private part_from(incident: Incident, how: "cleared" | "left"): void {
    const farewell = { how, incident };
    this.change({ closing: false, farewell });
    // That one was cleared is news for a moment; that one has left stays until somebody has read it.
    const forget = () => this.cab.farewell === farewell && this.change({ farewell: null });
    if (how === "cleared") setTimeout(forget, NEWS_MS);
  }

  /** Many frames may come between two drawings; one drawing shows them all. */
  private draw_soon(): void {
    if (this.is_drawing_due) return;
    this.is_drawing_due = true;
    requestAnimationFrame(() => {
      this.is_drawing_due = false;
      draw_cab(this.sight);
    });
  }
}
