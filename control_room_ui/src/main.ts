// Come here to see how the control room's page is put together: feed, room, desk, map and alarm.
import "./incident.css";
import "./panel.css";
import "./replay.css";
import "./map.css";
import "./style.css";
import "./bar.css";
import { attention, waiting } from "./attention.js";
import { ServerClock } from "./clock.js";
import { draw_desk } from "./desk.js";
import { Errands } from "./errands.js";
import { Feed, feed_address } from "./feed.js";
import { show_areas, whole_district } from "./ground.js";
import { hands_of } from "./hands.js";
import { listen_for_keys } from "./keys.js";
import { LookedAt } from "./looked_at.js";
import { DistrictMap } from "./map.js";
import { Room, type State } from "./room.js";
import { kept_language } from "./screen.js";
import { first_desk } from "./sight.js";
import { Alarm } from "./sound.js";
import { first_language, languages } from "./words.js";
import { in_order_of_need, type World } from "./world.js";

const clock = new ServerClock(Date.now);
const language = first_language(kept_language(), navigator.languages);
/** On a low screen the meanings of the marks are one press away: the map needs the room. */
const legend = window.innerHeight >= 800;
const room = new Room({ ...first_desk(language, clock.now()), legend }, (at) => clock.heard(at));
const alarm = new Alarm(() => room.change({ sound: true }));
let district: DistrictMap | null = null;

const looked_at = new LookedAt();
const shown_in = (state: State) => looked_at.in(state);

function look_at(incident_id: string): void {
  const world = shown_in(room.state);
  const incident = world.incidents.get(incident_id);
  if (incident) district?.look_at(incident, world);
}

const hands = hands_of(room, {
  look_at,
  look_at_place: (here) => district?.look_at_place(here),
  test_sound: () => alarm.test(),
  show_whole_district: () => {
    const box = whole_district(room.areas, room.world.inventory.values());
    if (box) district?.fit(box, 30, 16);
  },
});

/** Many frames may come between two drawings; one drawing shows them all. */
let is_drawing_due = false;
function draw_soon(): void {
  if (is_drawing_due) return;
  is_drawing_due = true;
  requestAnimationFrame(() => {
    is_drawing_due = false;
    draw_desk(room.state, shown_in(room.state), hands);
  });
}

/** The whole district first: a chosen incident may have no place to look at. */
function look_around(): void {
  hands.show_whole_district();
  if (room.desk.chosen) look_at(room.desk.chosen);
}

const has_ground = ({ areas, world }: State) => areas.length > 0 || world.inventory.size > 0;

/** What the map showed last. */
let on_map: World | null = null;

function redraw_map(after: State, before: State): void {
  const { desk, areas } = after;
  if (areas !== before.areas && district) show_areas(district.map, areas);
  const world = shown_in(after);
  const is_other = world !== on_map || desk.chosen !== before.desk.chosen;
  if (is_other || desk.language !== before.desk.language) {
    keep_in_sight(world, desk.chosen);
    district?.take(world, desk.chosen, languages[desk.language]);
    on_map = world;
  }
  for (const kind of ["jurisdictions", "neighbourhoods"] as const)
    if (desk[kind] !== before.desk[kind]) district?.show(kind, desk[kind]);
  if (has_ground(after) && !has_ground(before)) look_around();
}

/** A caller who walks out of sight is followed; as long as they are in sight the map stays still. */
function keep_in_sight(world: World, chosen: string | null): void {
  const now = world.incidents.get(chosen ?? "");
  const here = now?.place.position;
  const old = on_map?.incidents.get(chosen ?? "")?.place.position;
  if (now && here && old && here !== old && district?.shows(old) && !district.shows(here))
    district.look_at(now, world);
}

/** A screen that shows nobody shows whoever waits longest; a chosen one is never taken away. */
function choose_first(state: State): void {
  const [first] = in_order_of_need(waiting(state));
  if (!room.desk.chosen && first) hands.choose(first.incident_id);
}

async function hang_map(container: HTMLElement): Promise<void> {
  try {
    district = await DistrictMap.open(container, () => clock.now());
  } catch {
    return room.change({ map_missing: true });
  }
  room.change({ base_missing: district.is_base_missing });
  district.on_choice(hands.choose);
  show_areas(district.map, room.areas);
  on_map = shown_in(room.state);
  district.take(on_map, room.desk.chosen, languages[room.desk.language]);
  look_around();
}

room.follow(attention(alarm));
room.follow(choose_first);
room.follow(redraw_map);
room.follow(draw_soon);
new Errands(room);
listen_for_keys(room, hands);

const resume_after = () => (room.world.lost ? null : room.world.seq);
const feed = new Feed(feed_address(location), resume_after, room);
room.follow(({ world }, before) => {
  if (world.lost && !before.world.lost) feed.resync();
});

setInterval(() => room.change({ now: clock.now(), sound: alarm.is_on }), 1_000);
const ground = document.getElementById("map");
const hung = ground ? hang_map(ground) : Promise.resolve();

/** For tests and for whoever looks under the bonnet: what is believed, and when all is drawn. */
Object.assign(window, {
  lamplighter: {
    world: () => room.world,
    desk: () => room.desk,
    map: () => district?.map ?? null,
    /** As if the feed had said it. */
    hear: (value: unknown) => room.on_message(value),
    idle: () => hung.then(() => district?.drawn_all()),
  },
});
