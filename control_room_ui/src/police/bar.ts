// Come here for the police desk's bar, its banner when the picture is old, and the row of incidents.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { elapsed, hour_of } from "../clock.js";
import { signed_in } from "../sign_in/badge.js";
import type { Incident } from "../wire.js";
import { name_of } from "../words.js";
import { cases, type Sight, short_place, spoken_place } from "./cab.js";
import { silent_mark } from "./marks.js";

/** So many tabs are counted with one look. */
const A_GLANCE = 3;

export function bar({ desk, cab, hands, common, words }: Sight): TemplateResult {
  const is_day = cab.light === "day";
  return html`
    <h1>${cab.jurisdiction}</h1>
    <span class="link" data-link=${desk.link.state}>${common.links[desk.link.state]}</span>
    <span class="gap"></span>
    <button data-test="daylight" @click=${hands.switch_light}>${is_day ? words.night : words.day}</button>
    <button data-test="language" lang=${desk.language === "ko" ? "en" : "ko"} @click=${hands.switch_language}>
      ${words.other_language}
    </button>
    ${signed_in(desk.myself, common)}
    <button class="key" data-test="help" aria-label=${words.help} @click=${() => hands.change({ help: true })}>?</button>
    <time class="hour">${hour_of(desk.now)}</time>
  `;
}

/** What nobody may miss: the picture is not live, the alarm is mute, an incident has gone. */
export function banner(sight: Sight): TemplateResult {
  return html`${old_picture(sight)} ${mute(sight)} ${farewell(sight)}`;
}

function old_picture({ world, desk, words }: Sight) {
  const { state, since } = desk.link;
  if (state === "live") return nothing;
  return html`<div class="banner old" role="alert" data-test="banner">
    <strong>⚠ ${words.banner[state]}</strong>
    <span>${world.seq === null ? words.never_heard : words.picture_of(hour_of(since))}</span>
  </div>`;
}

function mute({ desk, words }: Sight) {
  if (desk.sound) return nothing;
  return html`<div class="banner mute" role="status" data-test="sound">${words.sound_off}</div>`;
}

function farewell({ cab, hands, words }: Sight) {
  if (!cab.farewell) return nothing;
  const { how, incident } = cab.farewell;
  return html`<div class="banner ${how}" role="status" data-farewell=${how}>
    <span>${words[how](spoken_place(incident, words))}</span>
    <button @click=${() => hands.change({ farewell: null })}>${words.hide}</button>
  </div>`;
}

/** One big tab an incident; a single one needs none. */
export function case_row(sight: Sight): TemplateResult {
  const some = cases(sight.world);
  if (some.length < 2) return html``;
  return html`${some.length > A_GLANCE ? html`<strong class="count">${sight.words.count(some.length)}</strong>` : nothing}
  <ul aria-label=${sight.words.cases}>
    ${repeat(
      some,
      ({ incident_id }) => incident_id,
      (one) => html`<li>${tab(sight, one)}</li>`,
    )}
  </ul>`;
}

function tab({ desk, hands, common, words, district }: Sight, one: Incident): TemplateResult {
  const is_chosen = desk.chosen === one.incident_id;
  return html`<button data-incident-id=${one.incident_id} data-state=${one.state}
    aria-current=${is_chosen ? "true" : "false"} @click=${() => hands.choose(one.incident_id)}>
    <span class="where">${one.silent ? silent_mark() : nothing}${short_place(one, words, district)}</span>
    <span class="how">${one.drill ? `${common.drill} · ` : ""}${name_of(words.states, one.state)} ·
      ${elapsed(one.opened_at, desk.now)}</span>
  </button>`;
}
