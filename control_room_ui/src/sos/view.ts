// Come here for what the phone shows: one screen a stage of the cry, and 112 below each of them.
import { html, nothing, type TemplateResult } from "lit-html";
import { COUNTDOWN_MS } from "./cry.js";
import { sms_link } from "./letters.js";
import { type Hands, is_drill, is_silent, type Page, words_of } from "./page.js";
import { cry_view } from "./view_cry.js";
import { settings_view } from "./view_settings.js";
import { walk_over, walk_stage, walk_view, walk_words_of } from "./view_walk.js";
import { walk_start_view } from "./view_walk_start.js";
import { type Language, languages } from "./words.js";

export function page_view(page: Page, hands: Hands): TemplateResult {
  const words = words_of(page);
  return html`
    ${is_drill(page) ? html`<p class="drill" data-test="drill">${words.drill}</p>` : nothing}
    <header>
      <h1>${words.title}</h1>
      ${language_choice(page, hands)} ${is_at_home(page) ? gear(page, hands) : nothing}
    </header>
    <main data-stage=${page.cry.stage} data-walk=${walk_stage(page)}>${stage(page, hands)}</main>
    ${one_one_two(page)}
  `;
}

const is_at_home = ({ cry, walk }: Page) => cry.stage === "calm" && walk.stage === "idle";

function stage(page: Page, hands: Hands): TemplateResult {
  switch (page.cry.stage) {
    case "calm":
    case "holding":
      return without_a_cry(page, hands);
    case "counting":
      return counting(page, hands, page.cry.since);
    case "crying":
      return cry_view(page, page.cry, hands);
    case "over":
      return over(page, hands, page.cry.how);
  }
}

function without_a_cry(page: Page, hands: Hands): TemplateResult {
  const { walk, shows } = page;
  if (walk.stage === "going") return walk_view(page, walk, hands, button(page, hands));
  if (walk.stage === "done") return walk_over(page, walk, hands);
  if (page.cry.stage === "calm" && shows === "settings") return settings_view(page, hands);
  return shows === "walk" ? walk_start_view(page, hands) : ready(page, hands);
}

function language_choice({ settings }: Page, hands: Hands): TemplateResult {
  const choose = (event: Event) =>
    hands.set({ language: (event.target as HTMLSelectElement).value as Language });
  const label = languages[settings.language].language;
  return html`<select data-test="language" aria-label=${label} @change=${choose}>
    ${Object.entries(languages).map(
      ([language, { name, html: lang }]) =>
        html`<option value=${language} lang=${lang} ?selected=${language === settings.language}>
          ${name}
        </option>`,
    )}
  </select>`;
}

function gear(page: Page, hands: Hands): TemplateResult {
  const is_away = page.shows !== "main";
  const shows = is_away ? "main" : "settings";
  const label = is_away ? words_of(page).back : words_of(page).settings;
  return html`<button class="gear" data-test="settings" aria-label=${label} @click=${() => hands.choose({ shows })}>
    ${is_away ? cross : sliders}
  </button>`;
}

// Drawn, not written: not every phone has these signs, and looking for them takes time.
const cross = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5l14 14M19 5L5 19" /></svg>`;
const sliders = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M3 7h10M19 7h2M3 17h2M11 17h10" />
  <circle cx="16" cy="7" r="3" />
  <circle cx="8" cy="17" r="3" />
</svg>`;

/** The one action, and what is known before it. */
function ready(page: Page, hands: Hands): TemplateResult {
  const words = words_of(page);
  const how = page.settings.tap ? words.how_tap : words.how_hold;
  return html`
    <p class="where" data-locating=${page.locating} role="status">${where(page)}</p>
    ${page.online ? nothing : html`<p class="trouble" data-test="offline">${words.no_network}</p>`}
    ${button(page, hands)}
    <p class="how" id="how">${how}</p>
    <label class="switch">
      <input type="checkbox" data-test="silent" .checked=${page.silent}
        @change=${() => hands.choose({ silent: !page.silent })} />
      <span><b>${words.silent}</b> <small>${words.silent_more}</small></span>
    </label>
    <button class="plain" data-test="walk" @click=${() => hands.choose({ shows: "walk" })}>
      ${walk_words_of(page).enter}
    </button>
  `;
}

function button(page: Page, hands: Hands): TemplateResult {
  const words = words_of(page);
  const is_held = page.cry.stage === "holding";
  return sos_button(is_held, words.sos, is_held ? words.keep_holding : words.hold, hands);
}

function where(page: Page): string {
  const words = words_of(page);
  if (page.locating === "denied") return words.denied;
  if (page.locating === "searching" || !page.fix) return words.searching;
  return words.found(page.fix.accuracy_m && Math.ceil(page.fix.accuracy_m));
}

function sos_button(is_held: boolean, sos: string, hint: string, hands: Hands): TemplateResult {
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    hands.hold();
  };
  // A click without a finger (a key, a screen reader) cannot hold: it starts the countdown.
  const click = (event: MouseEvent) => event.detail === 0 && hands.tap();
  return html`<button class="sos" ?data-held=${is_held} data-test="sos" aria-describedby="how"
    @pointerdown=${down} @pointerup=${hands.let_go} @pointercancel=${hands.cancel}
    @click=${click} @contextmenu=${(event: Event) => event.preventDefault()}>
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <circle class="track" cx="50" cy="50" r="46" />
      <circle class="ring" cx="50" cy="50" r="46" pathLength="100" />
    </svg>
    <span class="big">${sos}</span> <span>${hint}</span>
  </button>`;
}

const SECOND_MS = 1000;

function counting(page: Page, hands: Hands, since: number): TemplateResult {
  const words = words_of(page);
  const [until, now] = is_drill(page)
    ? [words.counting_drill, words.send_drill]
    : [words.counting, words.send_now];
  const left = Math.max(1, Math.ceil((since + COUNTDOWN_MS - page.now) / SECOND_MS));
  return html`
    <h2 class="countdown" tabindex="-1" data-focus>
      <b data-test="countdown">${left}</b> <span>${until}</span>
    </h2>
    <button class="cancel" data-test="cancel" @click=${hands.cancel}>${words.cancel}</button>
    <button class="now" data-test="now" @click=${hands.send_now}>${now}</button>
  `;
}

function over(page: Page, hands: Hands, how: "closed" | "gone" | "dropped"): TemplateResult {
  const words = words_of(page);
  return html`
    <h2 tabindex="-1" data-focus data-test="over" data-how=${how}>${words.over[how]}</h2>
    <p>${words.over_more}</p>
    ${how === "closed" ? html`<p class="more" data-test="over-kept">${words.over_kept}</p>` : nothing}
    <button class="plain" data-test="again" @click=${hands.dismiss}>${words.again}</button>
  `;
}

/** Always there: no state of ours may stand between a caller and the police. */
function one_one_two(page: Page): TemplateResult {
  const words = words_of(page);
  const { cry } = page;
  const number = cry.stage === "crying" ? (cry.answer?.number ?? null) : null;
  const { speaks } = words;
  const message = { fix: page.fix, number, silent: is_silent(page), speaks };
  return html`<footer>
    <a href="tel:112" data-test="call">${words.call}</a>
    <a href=${sms_link(message)} data-test="text">${words.text}</a>
  </footer>`;
}
