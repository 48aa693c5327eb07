// Come here for the page that presses SOS in a demonstration, as a caller's phone would.
import "./map.css";
import "./style.css";
import "./bar.css";
import "./incident.css";
import "./panel.css";
import "./press.css";
import { render } from "lit-html";
import { CallerMap } from "./caller_map.js";
import * as calls from "./calls.js";
import { type LonLat, middlemost, shifted } from "./earth.js";
import { Feed, feed_address } from "./feed.js";
import { show_areas } from "./ground.js";
import { type Phone, phone_view, type Thumbs } from "./phone.js";
import { keep_language, kept_language, new_id, new_secret } from "./screen.js";
import { frame } from "./wire.js";
import type { ReportReceipt } from "./wire_report.js";
import { first_language } from "./words.js";
import { empty_world, type Message, next } from "./world.js";

/** Where a district without lamps begins: Ssangmun-dong. */
const FIRST_PLACE = { lon: 127.0165, lat: 37.6512, accuracy_m: 12 };
const STEP_METRES = 30;
const ASK_EVERY_MS = 1_500;

let world = empty_world;
let map: CallerMap | null = null;
/** The caller walks straight on, in a direction of each page's own. */
const heading = Math.random() * 360;
/** Pressed again after silence, the cry is the same cry: it keeps its id until it is received. */
let report_id = new_id();
let phone_secret = new_secret();
let phone: Phone = {
  language: first_language(kept_language(), navigator.languages),
  place: FIRST_PLACE,
  silent: false,
  drill: false,
  sending: false,
  failed: false,
  receipt: null,
  state: null,
  unheard: false,
};

function change(part: Partial<Phone>): void {
  phone = { ...phone, ...part };
  document.documentElement.lang = phone.language;
  document.body.dataset.report = phone.state?.state ?? (phone.receipt ? "received" : "none");
  map?.take(world, phone.place, phone.receipt !== null);
  const root = document.getElementById("phone");
  if (root) render(phone_view(phone, thumbs), root);
}

const thumbs: Thumbs = {
  choose: change,
  press: () => void press(),
  move: () => void move(),
  withdraw: () => void tell((own) => calls.withdraw(own.report_id, own.reporter_token)),
  start_again: () => {
    report_id = new_id();
    phone_secret = new_secret();
    change({ receipt: null, state: null, unheard: false, failed: false });
  },
  switch_language: () => {
    const language = phone.language === "ko" ? "en" : "ko";
    keep_language(language);
    change({ language });
  },
};

const now = () => new Date().toISOString();

async function press(): Promise<void> {
  const { place: position, silent, drill } = phone;
  change({ sending: true, failed: false });
  const times = { fixed_at: now(), sent_at: now() };
  try {
    const receipt = await calls.report({
      report_id,
      phone_secret,
      kind: "sos",
      position,
      silent,
      drill,
      ...times,
    });
    change({ receipt, sending: false });
    void follow(receipt.report_id);
  } catch {
    change({ sending: false, failed: true });
  }
}

/** Something about the report that was received; whether it arrived is shown. */
async function tell(say: (receipt: ReportReceipt) => Promise<unknown>): Promise<void> {
  if (!phone.receipt) return;
  const heard = await say(phone.receipt).then(
    () => true,
    () => false,
  );
  change({ unheard: !heard });
}

async function move(): Promise<void> {
  change({ place: { ...phone.place, ...shifted(phone.place, STEP_METRES, heading) } });
  const fix = { ...phone.place, fixed_at: now() };
  await tell((own) => calls.move_caller(own.report_id, own.reporter_token, [fix]));
}

/** Asks what became of the report until it is closed or another one is pressed. */
async function follow(id: string): Promise<void> {
  const receipt = phone.receipt;
  if (receipt?.report_id !== id) return;
  const state = await calls.report_state(id, receipt.reporter_token).catch(() => null);
  if (phone.receipt !== receipt) return;
  change({ state: state ?? phone.state, unheard: state === null });
  setTimeout(() => void follow(id), ASK_EVERY_MS);
}

function take(message: Message): void {
  world = next(world, message);
  map?.take(world, phone.place, phone.receipt !== null);
}

async function open_ground(container: HTMLElement): Promise<void> {
  map = await CallerMap.open(container, FIRST_PLACE);
  map.on_place((place) => !phone.receipt && change({ place: { ...phone.place, ...place } }));
  change({});
  show_areas(map.map, (await calls.areas()).features);
  await fetch_lamps();
}

async function fetch_lamps(): Promise<void> {
  const asked_after = world.lamp_frames;
  const { features } = await calls.lamps();
  take({ type: "lamps_loaded", lamps: features, asked_after });
  const middle = middlemost(features);
  if (middle && phone.place === FIRST_PLACE) stand_at(middle);
}

/** Where lamps are, a cry for help has something to light. */
function stand_at({ lon, lat }: LonLat): void {
  change({ place: { ...FIRST_PLACE, lon, lat } });
  map?.map.jumpTo({ center: [lon, lat] });
}

/** Only the lamps of the feed matter here; a frame that cannot be read is the control room's concern. */
function hear(value: unknown): void {
  const read = frame(value);
  if (read) take(read);
}

change({});
const ground = document.getElementById("map");
if (ground) void open_ground(ground);
new Feed(feed_address(location), () => world.seq, {
  on_message: hear,
  on_garbage: () => undefined,
  on_link: ({ state }) => {
    document.body.dataset.feed = state;
  },
});
Object.assign(window, { lamplighter: { world: () => world, map: () => map?.map ?? null } });
