// Come here for what a guardian's page shows: a function of what was heard, and of the time.
import { html, nothing, type TemplateResult } from "lit-html";
import type { Language } from "../words.js";
import type { SharedWalk } from "./shared.js";
import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";

export const languages: Record<Language, Words> = { ko: korean, en: english };

export interface Glance {
  readonly language: Language;
  /** Null: not heard yet. */
  readonly walk: SharedWalk | "expired" | null;
  /** When that was heard, by this phone's clock. */
  readonly heard_at: number;
  /** The last try was in vain. */
  readonly unheard: boolean;
  readonly now: number;
}

export interface Hands {
  switch_language(): void;
}

/** A fix comes every few seconds; half a minute is still where somebody is. */
const FRESH_MS = 30_000;
/** Beyond this nobody stands where the map shows them. */
const OLD_MS = 120_000;

export function guardian_view(glance: Glance, hands: Hands): TemplateResult {
  const words = languages[glance.language];
  return html`
    <header>
      <p>${words.title}</p>
      <button class="quiet" data-test="language" @click=${hands.switch_language}>
        ${words.other_language}
      </button>
    </header>
    ${body(glance, words)}
  `;
}

function body(glance: Glance, words: Words) {
  const { walk, unheard } = glance;
  if (walk === null) return html`<h1 role="status">${unheard ? words.unheard : words.asking}</h1>`;
  if (walk === "expired")
    return html`<h1 role="status" data-test="headline">${words.expired}</h1>
      <p>${words.expired_more}</p>
      ${call_112(words)}`;
  return going(walk, glance, words);
}

function going(walk: SharedWalk, glance: Glance, words: Words): TemplateResult {
  const is_wrong = walk.state === "late" || walk.state === "alarmed";
  const name = words.named(walk.name, walk.state === "alarmed");
  return html`
    ${glance.unheard ? html`<p class="unheard" role="alert">${words.unheard}</p>` : nothing}
    <h1 role="status" class=${is_wrong ? "wrong" : ""} data-test="headline">
      ${words.states[walk.state](name)}
    </h1>
    <p>${words.what_now[walk.state]}</p>
    ${is_wrong ? html`${why(walk, glance.language, words)} ${call_112(words)}` : nothing}
    ${where(walk, glance, words)}
    ${is_over(walk) ? nothing : html`<p class="faint">${words.due(hour(walk.due_at, glance.language))}</p>`}
    <p class="faint" data-test="expires">${words.expires(day_and_hour(walk.expires_at, glance.language))}</p>
  `;
}

export const is_over = ({ state }: SharedWalk) => state === "arrived" || state === "ended";

const call_112 = (words: Words) =>
  html`<a class="call" data-test="call" href="tel:112">${words.call_112}</a>`;

function why({ why }: SharedWalk, language: Language, words: Words) {
  if (why.length === 0) return nothing;
  return html`<h2>${words.why}</h2>
    <ul data-test="why">
      ${why.map((cause) => html`<li>${cause.words[language]}</li>`)}
    </ul>`;
}

function where(walk: SharedWalk, glance: Glance, words: Words) {
  const { position, place } = walk;
  if (is_over(walk)) return nothing;
  if (!position) return html`<p class="faint" data-test="hidden">${hidden(walk, words)}</p>`;
  const { lat, lon, accuracy_m } = position;
  const parts = [place?.address, place?.pole && words.near_pole(place.pole)].filter(Boolean);
  return html`
    <h2>${words.where}</h2>
    ${parts.length > 0 ? html`<p class="place" data-test="place">${parts.join(", ")}</p>` : nothing}
    <p class="faint">
      ${place?.number ? words.number(place.number) : nothing}
      ${accuracy_m ? html`· ${words.within(Math.round(accuracy_m))}` : nothing}
    </p>
    <p data-test="age">${age(walk, glance, words)}</p>
    <div id="map"></div>
    <a class="button" href=${`geo:${lat},${lon}?q=${lat},${lon}`}>${words.map_app}</a>
  `;
}

function hidden({ consent, state }: SharedWalk, words: Words): string {
  if (!consent) return words.no_consent;
  return state === "late" || state === "alarmed" ? words.no_place : words.only_in_need;
}

/** How old the position is, by the dispatcher's clock and not by this phone's. */
function age({ at, fixed_at }: SharedWalk, { now, heard_at }: Glance, words: Words): string {
  if (!fixed_at) return words.no_place;
  const old = Math.max(0, Date.parse(at) - Date.parse(fixed_at)) + Math.max(0, now - heard_at);
  if (old < FRESH_MS) return words.just_now;
  const seconds = Math.floor(old / 1000);
  const time = seconds < 60 ? words.seconds(seconds) : words.minutes(Math.floor(seconds / 60));
  return old < OLD_MS ? words.age(time) : `${words.age(time)}. ${words.old}`;
}

/** With its day: a link may outlive the midnight. */
const day_and_hour = (moment: string, language: Language): string =>
  new Date(moment).toLocaleString(language, {
    ...{ month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" },
  });

const hour = (moment: string, language: Language): string =>
  new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
