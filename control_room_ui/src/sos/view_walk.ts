// Come here for what the phone shows of a walk: how it stands, what is asked, and the ways out.
// Law: nothing here knows a PIN but the one that is being typed.
import { html, nothing, type TemplateResult } from "lit-html";
import { short } from "./hour.js";
import { type Hands, type Page, words_of } from "./page.js";
import { hide_card, link_card, unwatch_card } from "./view_link.js";
import { type Done, type Going, ms_until, type Shown, type Wish } from "./walk.js";
import { is_unheard } from "./walk_errands.js";
import { type WalkWords, walk_languages } from "./words_walk.js";

export const walk_words_of = ({ settings }: Page): WalkWords => walk_languages[settings.language];

/** In one word, for tests and style: what is shown of a walk. */
export function walk_stage({ walk }: Page): string {
  return walk.stage === "going" ? (walk.shown?.state ?? "starting") : walk.stage;
}

export function walk_view(page: Page, walk: Going, hands: Hands, sos: TemplateResult) {
  const { shown } = walk;
  if (!shown) return starting(page, walk, hands);
  const words = walk_words_of(page);
  return html`
    <h2 tabindex="-1" data-focus data-tone=${tone(shown)}>${words.states[shown.state] ?? words.title}</h2>
    ${told(page, walk, shown, words, hands)}
    ${asked(page, walk, hands) ?? html`${watched(shown, hands, words)} ${ways(shown, hands, words, sos)}`}
  `;
}

function asked(page: Page, walk: Going, hands: Hands): TemplateResult | null {
  const { walk_asks } = page;
  if (walk_asks === "link") return walk.guardian && link_card(page, walk.guardian, hands);
  if (walk_asks === "hide_asked") return hide_card(page, hands);
  if (walk_asks === "unwatch_asked") return unwatch_card(page, hands);
  return walk_asks && pin_form(page, walk, walk_asks, hands);
}

const tone = ({ state }: Shown) =>
  state === "walking" ? "good" : state === "paused" ? "wait" : "bad";

function told(page: Page, walk: Going, shown: Shown, words: WalkWords, hands: Hands) {
  return html`
    ${shown.state === "asking" ? question(page, walk, shown, words) : time(page, walk, shown, words, hands)}
    ${shown.state === "alarmed" && !shown.said_fine ? html`<p class="more" data-test="alarmed-more">${words.alarmed_more}</p>` : nothing}
    ${shown.said_fine ? html`<p class="more" data-test="said-fine">${words.said_fine}</p>` : nothing}
    ${walk.refused === "wish" ? html`<p class="trouble" data-test="refused" role="alert">${words.not_possible}</p>` : nothing}
    ${
      is_unheard(walk, page.now)
        ? html`<p class="trouble" data-test="unheard" role="alert">${words.unheard}</p>`
        : page.walk_asks
          ? nothing
          : light(page, shown, words)
    }
  `;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

function time(
  page: Page,
  walk: Going,
  shown: Shown,
  words: WalkWords,
  hands: Hands,
): TemplateResult {
  const link = walk.guardian && !page.walk_asks ? link_button(words, hands) : nothing;
  if (shown.paused_until !== null)
    return html`<div class="left">
      <p><b data-test="paused-until">${words.paused_until(short(shown.paused_until))}</b>
        <span data-test="due">${words.due(short(shown.due_at))}</span></p>
      ${link}
    </div>`;
  if (shown.state !== "walking") return html`${link}`;
  const left = ms_until(walk, shown.due_at, page.now);
  // Up, so that the last minute is one minute and not none.
  const minutes = words.some_minutes(Math.ceil(Math.abs(left) / MINUTE_MS));
  const to = walk.label ? html`<span>${words.to(walk.label)}</span>` : nothing;
  return html`<div class="left">
    <p><b data-test="left">${left < 0 ? words.late(minutes) : words.left(minutes)}</b> ${to}</p>
    ${link}
  </div>`;
}

const link_button = (words: WalkWords, hands: Hands) => html`<button class="link" data-test="link"
  @click=${() => hands.choose({ walk_asks: "link" })}>${words.link}</button>`;

/** Who is in need is seen in any case: nothing is offered then that would not hide them. */
function watched(shown: Shown, hands: Hands, words: WalkWords) {
  if (!shown.watched || (shown.state !== "walking" && shown.state !== "paused")) return nothing;
  return html`<button class="link" data-test="unwatch"
    @click=${() => hands.choose({ walk_asks: "unwatch_asked" })}>
    ${words.watched_now} · ${words.unwatch}
  </button>`;
}

/** Said before one gets there, and never promised where it cannot be kept. */
function light(page: Page, { state, dark, daylight }: Shown, words: WalkWords): TemplateResult {
  if (state === "alarmed" || state === "asking") return html``;
  if (state === "paused") return html`<p class="more">${words.not_lit}</p>`;
  if (page.locating === "denied" || !page.fix) {
    return html`<p class="trouble" data-test="light">${words.no_place}</p>`;
  }
  if (!dark) return html`<p class="more" data-test="light">${daylight ? words.day : words.lit}</p>`;
  return html`<p class="trouble" data-test="light" data-dark=${dark.reason} role="alert">
    ${words.dark(dark.metres, dark.reason === "dead_lamps")}
  </p>`;
}

function question(page: Page, walk: Going, shown: Shown, words: WalkWords): TemplateResult {
  const why = words.why[shown.question?.why[0] ?? ""] ?? "";
  const left = ms_until(walk, shown.question?.help_at ?? 0, page.now);
  const seconds = Math.max(0, Math.ceil(left / SECOND_MS));
  return html`
    ${why ? html`<p class="more" data-test="why">${why}</p>` : nothing}
    <p class="left" data-test="deadline">
      ${seconds > 0 ? html`<span>${words.help_in}</span> <b>${clock(seconds)}</b>` : words.helping}
    </p>
  `;
}

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function ways(shown: Shown, hands: Hands, words: WalkWords, sos: TemplateResult): TemplateResult {
  const { state } = shown;
  const is_asked = state === "asking";
  const button = (what: Wish["do"], css = "plain") => html`<button class=${css} data-test=${what}
    @click=${() => hands.wish(what)}>${words[what]}</button>`;
  const fine = is_asked || (state === "alarmed" && !shown.said_fine);
  const rest = (["resume", "extend", "pause", "arrive", "end"] as const).filter(
    (what) =>
      shown.possible.includes(what) && (state === "paused" ? what !== "pause" : what !== "resume"),
  );
  return html`
    ${fine ? button("fine", "fine") : nothing}
    ${is_asked ? html`<button class="now" data-test="help" @click=${hands.help}>${words.help}</button>` : sos}
    <div class="ways">${is_asked ? button("extend") : rest.map((what) => button(what))}</div>
    ${state === "walking" && !shown.watched ? html`<p class="how">${words.asleep}</p>` : nothing}
  `;
}

/** Wanted by the centre for all that calls a worry off. Emptied at once: it is typed for one look. */
function pin_form(page: Page, walk: Going, what: Wish["do"], hands: Hands): TemplateResult {
  const words = walk_words_of(page);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const typed = String(new FormData(form).get("pin"));
    form.reset();
    form.querySelector("input")?.focus();
    hands.wish(what, typed);
  };
  const is_looked_at = Boolean(walk.wish?.pin);
  const said = is_looked_at ? words.checking : walk.refused === "pin" ? words.wrong_pin : "";
  return html`<form class="asked" data-test="pin-form" @submit=${send}>
    <label>
      ${words[what]} · ${words.enter_pin}
      <input name="pin" type="password" inputmode="numeric" autocomplete="off" required
        pattern="[0-9]{4,8}" maxlength="8" data-wrong=${words.pin_digits} data-test="own-pin" />
    </label>
    ${said ? html`<p class=${is_looked_at ? "how" : "trouble"} data-test=${is_looked_at ? "checking" : "refused"} role="alert">${said}</p>` : nothing}
    <button class="fine" data-test="pin-ok" ?disabled=${is_looked_at}>${words.ok}</button>
    <button class="plain" type="button" @click=${() => hands.choose({ walk_asks: null })}>
      ${words.back}
    </button>
    <button class="now" type="button" data-test="help" @click=${hands.help}>${words.help}</button>
  </form>`;
}

function starting(page: Page, walk: Going, hands: Hands): TemplateResult {
  const words = walk_words_of(page);
  const is_refused = walk.refused === "start";
  const trouble = is_refused
    ? words.not_started
    : walk.failures > 0
      ? words_of(page).no_network
      : "";
  return html`
    <h2 tabindex="-1" data-focus data-tone=${trouble ? "bad" : "wait"}>
      ${is_refused ? words.title : words.starting}
    </h2>
    ${trouble ? html`<p class="trouble" data-test="not-started">${trouble}</p>` : nothing}
    <button class="plain" data-test="walk-back" @click=${hands.leave_walk}>${words.back}</button>
  `;
}

export function walk_over(page: Page, { how, linked }: Done, hands: Hands): TemplateResult {
  const words = walk_words_of(page);
  return html`
    <h2 tabindex="-1" data-focus data-test="walk-over" data-how=${how}>${words.done[how]}</h2>
    <p data-test="walk-kept">${words.done_more}</p>
    ${linked ? html`<p data-test="link-over">${words.link_over}</p>` : nothing}
    <button class="plain" data-test="again" @click=${hands.leave_walk}>${words_of(page).again}</button>
  `;
}
