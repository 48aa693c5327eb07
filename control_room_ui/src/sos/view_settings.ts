// Come here for the settings of the phone page, among them the drill that nobody meets by accident.
import { html, nothing, type TemplateResult } from "lit-html";
import { DRILL_LASTS_MS, type Hands, is_drill, type Page, words_of } from "./page.js";
import type { Words } from "./words.js";

export function settings_view(page: Page, hands: Hands): TemplateResult {
  const words = words_of(page);
  const { tap, shake } = page.settings;
  return html`
    <h2 tabindex="-1" data-focus>${words.settings}</h2>
    ${choice("tap", tap, words.tap, words.tap_more, () => hands.set({ tap: !tap }))}
    ${choice("shake", shake, words.shake, words.shake_more, () => hands.shake(!shake))}
    ${page.shake_denied ? html`<p class="trouble">${words.shake_denied}</p>` : nothing}
    ${
      page.installable
        ? html`<button class="plain" data-test="install" @click=${hands.install}>${words.install}</button>`
        : nothing
    }
    ${drill(page, words, hands)}
    <p class="how">${words.privacy}</p>
    <button class="plain" data-test="back" @click=${() => hands.choose({ shows: "main" })}>
      ${words.back}
    </button>
  `;
}

function choice(
  name: string,
  is_on: boolean,
  title: string,
  more: string,
  turn: () => void,
): TemplateResult {
  return html`<label class="switch">
    <input type="checkbox" data-test=${name} .checked=${is_on} @change=${turn} />
    <span><b>${title}</b> <small>${more}</small></span>
  </label>`;
}

function drill(page: Page, words: Words, hands: Hands): TemplateResult {
  if (is_drill(page)) {
    const end = () => hands.choose({ drill_until: null });
    return html`<button class="plain" data-test="drill-off" @click=${end}>${words.drill_off}</button>`;
  }
  return html`<details @toggle=${show_whole}>
    <summary data-test="drill-open">${words.drill_title}</summary>
    <form @submit=${(event: SubmitEvent) => arm(event, page, words, hands)}>
      <p class="how">${words.drill_explain}</p>
      <label>
        ${words.drill_type(words.drill_word)}
        <input type="text" name="word" data-test="drill-word" autocomplete="off" required />
      </label>
      <button class="plain" data-test="drill-on">${words.drill_on}</button>
    </form>
  </details>`;
}

/** On a small phone what was opened would lie under the 112 bar. */
function show_whole({ currentTarget }: Event): void {
  const opened = currentTarget as HTMLDetailsElement;
  if (opened.open) opened.scrollIntoView({ block: "end" });
}

function arm(event: SubmitEvent, page: Page, words: Words, hands: Hands): void {
  event.preventDefault();
  const typed = String(new FormData(event.target as HTMLFormElement).get("word")).trim();
  if (!is_same_word(typed, words.drill_word)) return;
  hands.choose({ drill_until: page.now + DRILL_LASTS_MS, shows: "main" });
}

/** Without capitals and accents, which not every keyboard has; in Vietnamese order Ễ is no E. */
function is_same_word(typed: string, wanted: string): boolean {
  return typed.localeCompare(wanted, "en", { sensitivity: "base" }) === 0;
}
