// Come here for the page behind a guardian's link: it asks as long as it is looked at, and no longer.
import "../style.css";
import "../bar.css";
import "./guardian.css";
import { render } from "lit-html";
import { keep_language, kept_language } from "../screen.js";
import { first_language } from "../words.js";
import type { GuardianMap } from "./map.js";
import { ask, type SharedWalk } from "./shared.js";
import { type Glance, guardian_view, is_over, languages } from "./view.js";

/** The phone of the walker says where it is every five seconds. */
const ASK_EVERY_MS = 5_000;
const TICK_MS = 1_000;

let glance: Glance = {
  language: first_language(kept_language(), navigator.languages),
  walk: null,
  heard_at: 0,
  unheard: false,
  now: Date.now(),
};
let map: Promise<GuardianMap> | null = null;
let is_asking = false;

const token = () => location.hash.slice(1);

function change(part: Partial<Glance>): void {
  glance = { ...glance, ...part, now: Date.now() };
  document.documentElement.lang = glance.language;
  document.title = languages[glance.language].title;
  const { walk } = glance;
  document.body.dataset.walk = walk === null ? "asking" : walk === "expired" ? walk : walk.state;
  const root = document.getElementById("guardian");
  if (root) render(guardian_view(glance, hands), root);
  draw(walk);
}

const hands = {
  switch_language: () => {
    const language = glance.language === "ko" ? "en" : "ko";
    keep_language(language);
    change({ language });
  },
};

/** The map comes with the first place, and goes with the last. */
function draw(walk: Glance["walk"]): void {
  const position = walk !== null && walk !== "expired" ? walk.position : null;
  const container = document.getElementById("map");
  if (!position || !container) {
    void map?.then((open) => open.remove());
    map = null;
    return;
  }
  map ??= import("./map.js").then(({ GuardianMap }) => GuardianMap.open(container, position));
  const has_called = walk !== "expired" && walk?.state === "alarmed";
  map.then(
    (open) => open.show(position, has_called),
    () => undefined, // a phone without WebGL still has the words
  );
}

async function look(): Promise<void> {
  if (is_asking || document.hidden || is_finished(glance.walk)) return;
  is_asking = true;
  const walk = await ask(token());
  is_asking = false;
  if (walk === null) change({ unheard: true });
  else change({ walk, heard_at: Date.now(), unheard: false });
}

/** Nothing more will come; and what is over must not be asked about again and again. */
const is_finished = (walk: Glance["walk"]): boolean =>
  walk === "expired" || (walk !== null && is_over(walk as SharedWalk));

change({});
void look();
setInterval(() => void look(), ASK_EVERY_MS);
setInterval(() => change({}), TICK_MS);
document.addEventListener("visibilitychange", () => void look());
/** Another link was opened in the same tab. */
addEventListener("hashchange", () => {
  change({ walk: null });
  void look();
});
