// Come here for the sign-in page: a name and a password, then back to the page one came from.
import "../style.css";
import "../bar.css";
import "./sign_in.css";
import { render } from "lit-html";
import { NotDone } from "../calls.js";
import { speak_of_fields } from "../own_words.js";
import { keep_language, kept_language } from "../screen.js";
import { first_language } from "../words.js";
import * as calls from "./calls.js";
import { turn_away } from "./threshold.js";
import { told, trouble_words } from "./told.js";
import { type Keys, languages, sign_in_view, type Visitor } from "./view.js";
import { way_back } from "./way_back.js";
import type { Words } from "./words_ko.js";

let visitor: Visitor = {
  language: first_language(kept_language(), navigator.languages),
  way: null,
  must_choose: false,
  here: null,
  wall: null,
  sending: false,
  trouble: null,
};

/** The password that is good once is said again when another one is chosen; it is kept nowhere else. */
let said_once = "";

function change(part: Partial<Visitor>): void {
  visitor = { ...visitor, ...part };
  document.documentElement.lang = visitor.language;
  document.title = languages[visitor.language].title;
  document.body.dataset.step = step();
  const root = document.getElementById("sign-in");
  if (root) render(sign_in_view(visitor, keys), root);
}

function step(): string {
  if (visitor.must_choose) return "choose";
  if (visitor.wall !== null) return "wall";
  return visitor.here === null ? (visitor.way ?? "asking") : "here";
}

const keys: Keys = {
  sign_in: (name, password) => {
    said_once = password;
    void enter(() => calls.sign_in(name, password));
  },
  choose: (password, again) => {
    if (password !== again) return change({ trouble: (words) => words.not_the_same });
    void enter(() => calls.choose_password(said_once, password));
  },
  switch_language: () => {
    const language = visitor.language === "ko" ? "en" : "ko";
    keep_language(language);
    change({ language });
  },
  sign_out: () => {
    calls.sign_out().then(
      (provider) => (provider ? location.assign(provider) : change({ here: null, trouble: null })),
      (error) => change({ trouble: said(error) }),
    );
  },
  show_code: () => void show_code(),
  go_on: () => void go_on(),
};

/** Every page is open where nobody is asked to sign in. */
const OPEN = { pages: ["/", "/police", "/lamps", "/accounts", "/audit"], home: "/" };

/** To the page one came from, if it is theirs, or else to their own. */
async function go_on(): Promise<void> {
  try {
    const myself = visitor.way === "none" ? null : await calls.me();
    const there = way_back(location.search, location.origin, myself ?? OPEN);
    if (there !== null) return location.replace(there);
    if (myself) turn_away(myself, (words) => words.no_page);
  } catch (error) {
    change({ sending: false, trouble: said(error) });
  }
}

async function enter(attempt: () => Promise<calls.Myself>): Promise<void> {
  change({ sending: true, trouble: null });
  try {
    const me = await attempt();
    if (me.must_choose_password) return change({ must_choose: true, sending: false });
    said_once = "";
    if (me.roles.length > 0) return keys.go_on();
    change({ sending: false, trouble: (words) => words.not_for_you });
  } catch (error) {
    change({ sending: false, trouble: said(error) });
  }
}

/** A code, and another one when its time is over, until somebody has typed one. */
async function show_code(): Promise<void> {
  change({ sending: true, trouble: null });
  try {
    const wall = await calls.wall();
    change({ wall, sending: false });
    ask_for_answer(wall);
  } catch (error) {
    change({ wall: null, sending: false, trouble: said(error) });
  }
}

function ask_for_answer(wall: calls.WallCode): void {
  setTimeout(async () => {
    if (Date.now() >= Date.parse(wall.ends_at)) return show_code();
    try {
      if ((await calls.wall_answer()) === "here") return keys.go_on();
      change({ trouble: null });
    } catch (error) {
      const is_no = error instanceof NotDone && error.problem.status < 500;
      if (is_no) return change({ wall: null, trouble: said(error) });
      change({ trouble: said(error) });
    }
    ask_for_answer(wall);
  }, wall.interval_s * 1_000);
}

function said(error: unknown): (words: Words) => string {
  if (!(error instanceof NotDone)) return (words) => words.no_answer;
  const { status, detail, title, trouble } = error.problem;
  const told_why = trouble_words(trouble);
  if (told_why) return told_why;
  if (status === 401) return (words) => words.wrong;
  if (status === 429) return (words) => words.too_many;
  return (words) => words.refused(detail || title);
}

/** Whoever is signed in with a role may go on or out; anybody else signs in. */
async function look(): Promise<void> {
  try {
    const { way } = await calls.ways_to_sign_in();
    const me = way === "none" || visitor.trouble ? null : await calls.me().catch(() => null);
    const here = me !== null && me.roles.length > 0 ? me.name : null;
    change({ way, here });
  } catch {
    change({ trouble: (words) => words.no_answer });
  }
}

speak_of_fields(document);
change({ trouble: told(location.search) });
void look();
