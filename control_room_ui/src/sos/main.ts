// Come here for how the phone page is put together: the cry in the middle, the shells around it.
import "./sos.css";
import "./cry.css";
import "./walk.css";
import "./always.css";
import { render } from "lit-html";
import { speak_of_fields } from "../own_words.js";
import { new_id, new_secret } from "../screen.js";
import { type Cry, calm, type Event, next, type Press } from "./cry.js";
import { due } from "./errands.js";
import { cue, give, open_speaker, stay_awake } from "./feel.js";
import { newer, SAID_AGAIN_AFTER_MS } from "./fix.js";
import { type Hands, is_drill, is_silent, type Page, words_of } from "./page.js";
import { Whereabouts } from "./place.js";
import { run } from "./post.js";
import { presses } from "./presses.js";
import { keep_settings, kept_settings, type Settings } from "./settings.js";
import { feel_shaking, may_feel } from "./shake.js";
import { destroy, keep, kept } from "./shelf.js";
import { page_view } from "./view.js";
import { walk_stage } from "./view_walk.js";
import { idle, is_going, type Walk } from "./walk.js";
import { asked_after } from "./walk_asks.js";
import { walk_hands } from "./walk_hands.js";
import { saved } from "./walk_wishes.js";
import { Walker } from "./walker.js";
import { ask_to_send_later, forget_install, install, live_on } from "./worker_door.js";

const is_seen = () => document.visibilityState === "visible";

let page: Page = {
  cry: calm,
  walk: idle,
  walk_asks: null,
  link_sent: null,
  saved: saved(),
  fix: null,
  locating: "searching",
  online: navigator.onLine,
  watched: is_seen(),
  now: Date.now(),
  settings: kept_settings(),
  silent: false,
  drill_until: null,
  shows: "main",
  asks: false,
  shake_denied: false,
  installable: false,
};

// ---- from what happens to what is shown

function change(part: Partial<Page>): void {
  const before = page;
  page = { ...page, ...part };
  const { dataset } = document.body;
  dataset.hushed = String(is_silent(page));
  dataset.drill = String(is_drill(page));
  document.documentElement.lang = words_of(page).html;
  const root = document.getElementById("sos");
  if (root) render(page_view(page, hands), root);
  if (screen_of(before) !== screen_of(page)) turn_page();
}

const screen_of = (now: Page) => {
  const { cry, shows, walk_asks } = now;
  const walk = `${walk_stage(now)} ${walk_asks}`;
  return cry.stage === "holding" ? `calm main ${walk}` : `${cry.stage} ${shows} ${walk}`;
};

/** Who reads with ears or keys begins at the new screen's heading. */
function turn_page(): void {
  window.scrollTo(0, 0);
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}

function take(event: Event): void {
  const before = page.cry;
  const cry = next(before, event);
  if (cry !== before) {
    keeping = remember(before, cry);
    const felt = cue(before, cry);
    if (felt) give(felt);
  }
  change({ cry, now: Date.now(), ...ended(before, cry) });
  speak(cry);
  void stay_awake(cry.stage === "crying" || cry.stage === "counting" || is_going(page.walk));
  look_for_place();
  beat();
  void work();
}

/** Silence and drill are for one cry only; and each cry asks its questions anew. */
function ended(before: Cry, cry: Cry): Partial<Page> {
  if (before.stage === cry.stage) return {};
  const is_new = cry.stage === "over" ? { silent: false, drill_until: null } : {};
  return { asks: false, shows: "main", ...is_new };
}

/** Said aloud by screen readers, but never by the phone of somebody who hides. */
function speak(cry: Cry): void {
  const voice = document.getElementById("voice");
  if (!voice) return;
  const said = document.querySelector("main h2")?.textContent?.trim() ?? "";
  const is_loud = cry.stage === "crying" ? !cry.silent : is_going(page.walk) && !page.silent;
  voice.textContent = is_loud ? said : "";
}

// ---- the cry on its way

/** What storage must never do is hold a cry back: after this long it goes unkept. */
const STORAGE_PATIENCE_MS = 500;

let keeping: Promise<unknown> = Promise.resolve();
let is_working = false;

function remember(before: Cry, cry: Cry): Promise<unknown> {
  if (cry.stage === "crying") {
    if (before.stage !== "crying") void ask_to_send_later();
    return keeping.then(() => keep(cry)).catch(() => undefined);
  }
  return before.stage === "crying" ? keeping.then(destroy).catch(() => undefined) : keeping;
}

/** One errand after the other, as long as one is due. */
async function work(): Promise<void> {
  if (is_working || page.cry.stage !== "crying") return;
  const errand = due(page.cry, Date.now(), page.watched);
  if (!errand) return;
  is_working = true;
  if (errand.do === "report") take({ type: "tried" });
  await Promise.race([keeping, new Promise((go_on) => setTimeout(go_on, STORAGE_PATIENCE_MS))]);
  const { cry } = page;
  const event = cry.stage === "crying" ? await run(errand, cry) : null;
  is_working = false;
  const is_same = page.cry.stage === "crying" && cry.stage === "crying";
  if (event && is_same && page.cry.report_id === cry.report_id) take(event);
}

const TICK_MS = 1000;
/** A countdown and a ring that end when they seem to. */
const FINE_TICK_MS = 100;

let beating: ReturnType<typeof setTimeout> | undefined;

function beat(): void {
  clearTimeout(beating);
  const { stage } = page.cry;
  const is_still = stage === "over" || (stage === "calm" && page.drill_until === null);
  const is_quiet = is_still && !is_going(page.walk);
  const wait = stage === "holding" || stage === "counting" ? FINE_TICK_MS : TICK_MS;
  if (!is_quiet) beating = setTimeout(tick, wait);
}

function tick(): void {
  const at = Date.now();
  take({ type: "ticked", at });
  walker.take({ type: "ticked", at });
  const is_stale = at - (page.fix?.fixed_at ?? 0) > SAID_AGAIN_AFTER_MS / 2;
  if (is_going(page.walk) && is_stale) whereabouts.look_again(at);
}

// ---- the walk home

const walker = new Walker({
  walk: () => page.walk,
  show: show_walk,
  may_sound: () => !is_silent(page),
});

function show_walk(walk: Walk): void {
  const is_other = walk.stage !== page.walk.stage;
  const walk_asks = asked_after(page.walk, walk, page.walk_asks);
  const anew: Partial<Page> = is_other ? { shows: "main", link_sent: null } : {};
  change({ walk, walk_asks, now: Date.now(), ...anew });
  speak(page.cry);
  void stay_awake(page.cry.stage === "crying" || is_going(walk));
  look_for_place();
  if (is_other) beat();
}

// ---- the shells

const whereabouts = new Whereabouts(
  (fix) => {
    change({ fix: newer(page.fix, fix), locating: "found" });
    take({ type: "fixed", fix });
    walker.take({ type: "fixed", fix });
  },
  (locating) => change({ locating }),
);

/** Found before the press ends; not looked for in a pocket without a cry. */
function look_for_place(): void {
  const is_needed = page.cry.stage === "crying" || is_going(page.walk);
  const is_wanted = is_needed || (page.watched && page.cry.stage !== "over");
  if (is_wanted && page.locating !== "denied") whereabouts.start();
  if (!is_wanted) whereabouts.stop();
}

let stop_feeling: (() => void) | null = null;

function feel(wanted: boolean): void {
  stop_feeling?.();
  stop_feeling = wanted ? feel_shaking(hands.tap) : null;
}

async function set_shake(wanted: boolean): Promise<void> {
  const shake = wanted && (await may_feel());
  feel(shake);
  set({ shake });
  change({ shake_denied: wanted && !shake });
}

function set(part: Partial<Settings>): void {
  const settings = { ...page.settings, ...part };
  keep_settings(settings);
  change({ settings });
}

// ---- the fingers

const walk_of = (walk: Walk) =>
  is_going(walk) && walk.token
    ? { walk_id: walk.walk_id, walker_token: walk.token }
    : { walk_id: null, walker_token: null };

function press(): Press {
  return {
    report_id: new_id(),
    phone_secret: new_secret(),
    silent: page.silent,
    drill: is_drill({ ...page, now: Date.now() }),
    fix: page.fix,
    ...walk_of(page.walk),
  };
}

const cries = presses(() => page, press, change, take, beat);
const hands: Hands = {
  ...cries,
  set,
  shake: (wanted) => void set_shake(wanted),
  install: () => {
    change({ installable: false });
    void install();
  },
  ...walk_hands(() => page, change, walker),
};

function network_changed(): void {
  change({ online: navigator.onLine });
  if (!navigator.onLine) return;
  take({ type: "online", at: Date.now() });
  walker.take({ type: "online" });
}

function seen_changed(): void {
  change({ watched: is_seen() });
  tick();
}

speak_of_fields(document);
change({});
performance.mark("sos-ready");
look_for_place();
window.addEventListener("online", network_changed);
window.addEventListener("offline", network_changed);
document.addEventListener("visibilitychange", seen_changed);
document.addEventListener("click", open_speaker);
window.addEventListener("pageshow", seen_changed);
if (page.settings.shake) feel(true);
live_on({
  installable: () => change({ installable: true }),
  try_again: () => take({ type: "online", at: Date.now() }),
});
window.addEventListener("appinstalled", forget_install);
void kept()
  .then((crying) => crying && take({ type: "restored", crying }))
  .catch(() => undefined);
void walker.restore();
