// Come here to see how the lighting crew's page is put together: feed, lamps, list, map, test, import.
import "./map.css";
import "./style.css";
import "./bar.css";
import "./crew.css";
import "./crew_test.css";
import "./crew_import.css";
import { nothing, render } from "lit-html";
import * as calls from "./calls.js";
import { ServerClock } from "./clock.js";
import { crew_banner, crew_bar, paper } from "./crew_bar.js";
import { crew_hands } from "./crew_hands.js";
import { crew_import } from "./crew_import.js";
import { crew_list, type Listed, ROW_HEIGHT } from "./crew_list.js";
import { CrewMap } from "./crew_map.js";
import { CrewRoom } from "./crew_room.js";
import { counted, remembered, row_of, shown_rows } from "./crew_rows.js";
import { type CrewView, first_crew } from "./crew_sight.js";
import { crew_test } from "./crew_test.js";
import type { CrewLamp } from "./crew_wire.js";
import { crew_languages } from "./crew_words.js";
import { Feed, feed_address } from "./feed.js";
import { show_areas } from "./ground.js";
import { kept_language } from "./screen.js";
import type { Area } from "./wire.js";
import { first_language, languages } from "./words.js";
import type { World } from "./world.js";

const clock = new ServerClock(Date.now);
const language = first_language(kept_language(), navigator.languages);
const room = new CrewRoom(
  first_crew(language, clock.now()),
  (at) => clock.heard(at),
  () => draw_soon(),
);
let areas: readonly Area[] = [];
let district: CrewMap | null = null;
let has_looked_around = false;

const now_of_all = remembered((lamps: readonly CrewLamp[] | null, world: World["heard"]) =>
  (lamps ?? []).map((lamp) => row_of({ ...room.world, heard: world }, lamp)),
);
const counts_of = remembered(counted);
const rows_of = remembered(
  (
    all: ReturnType<typeof now_of_all>,
    filter: CrewView["crew"]["filter"],
    sort: CrewView["crew"]["sort"],
    descending: boolean,
    query: string,
  ) => shown_rows(all, { filter, sort, descending, query }),
);
const by_id = remembered(
  (lamps: readonly CrewLamp[] | null) => new Map((lamps ?? []).map((lamp) => [lamp.lamp_id, lamp])),
);

function listed(): Listed {
  const { lamps, filter, sort, descending, query } = room.crew;
  const all = now_of_all(lamps, room.world.heard);
  return { counts: counts_of(all), rows: rows_of(all, filter, sort, descending, query) };
}

const hands = crew_hands(room, {
  rows: () => listed().rows,
  areas: () => areas,
  map: () => district,
  print: print_list,
});

const view = (): CrewView => ({
  world: room.world,
  crew: room.crew,
  hands,
  words: crew_languages[room.crew.language],
  common: languages[room.crew.language],
});

const place = (id: string) => document.getElementById(id) as HTMLElement;

let is_drawing_due = false;
function draw_soon(): void {
  if (is_drawing_due) return;
  is_drawing_due = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  is_drawing_due = false;
  const sight = view();
  const { crew, words } = sight;
  document.documentElement.lang = crew.language;
  document.title = words.title;
  document.body.dataset.tab = crew.tab;
  place("work").ariaLabel = words.list;
  place("import").ariaLabel = words.import.title;
  render(crew_bar(sight), place("bar"));
  render(crew_banner(sight), place("banner"));
  render(crew_list(sight, listed()), place("work"));
  render(crew_test(sight), place("test"));
  render(crew_import(sight), place("import"));
  district?.take(room.world, crew, by_id(crew.lamps));
  if (crew.lamps?.length && district && !has_looked_around) {
    has_looked_around = true;
    hands.show_whole_district();
  }
}

/** The sheet stands beside the page only while it is printed. */
function print_list(): void {
  render(paper(view(), listed()), place("paper"));
  addEventListener("afterprint", () => render(nothing, place("paper")), { once: true });
  window.print();
}

async function hang_map(): Promise<void> {
  try {
    district = await CrewMap.open(place("map"), () => clock.now());
  } catch {
    return room.change({ map_missing: true });
  }
  const corner = (at: { lon: number; lat: number }) =>
    room.change({ line: [...(room.crew.line ?? []), at] });
  district.on_click(() => room.crew.line !== null, corner, hands.toggle);
  areas = await calls.areas().then(
    ({ features }) => features,
    () => [],
  );
  show_areas(district.map, areas);
  draw_soon();
}

/** While a line is drawn, Enter ends it and Escape forgets it. */
addEventListener("keydown", ({ key }) => {
  if (room.crew.line === null) return;
  if (key === "Escape") room.change({ line: null });
  if (key === "Enter") hands.finish_line();
});

/** Only the rows in sight are drawn: how many those are, the window says. */
function measure(): void {
  const height = document.getElementById("rows")?.clientHeight;
  if (height && height !== room.crew.height) room.change({ height });
}

draw();
new ResizeObserver(measure).observe(place("work"));
measure();
new Feed(feed_address(location), () => room.world.seq, room);
setInterval(() => room.change({ now: clock.now() }), 1_000);
const hung = hang_map();

/** For tests and for whoever looks under the bonnet: what is believed, and when all is drawn. */
Object.assign(window, {
  lamplighter: {
    crew: () => room.crew,
    world: () => room.world,
    map: () => district?.map ?? null,
    row_height: ROW_HEIGHT,
    idle: () => hung.then(() => district?.drawn_all()),
  },
});
