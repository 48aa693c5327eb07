// Come here for the form with which a watched walk begins, and what of it is saved on the phone.
import { html, nothing, type TemplateResult } from "lit-html";
import type { Hands, Page } from "./page.js";
import { is_number } from "./telephone.js";
import { walk_words_of } from "./view_walk.js";
import type { Wanted } from "./walk_letter.js";
import { place_of } from "./walk_wishes.js";
import type { WalkWords } from "./words_walk.js";

const MINUTES = [10, 15, 20, 30, 45, 60, 90];
const USUAL_MINUTES = 20;

export function walk_start_view(page: Page, hands: Hands): TemplateResult {
  const words = walk_words_of(page);
  return html`
    <h2 tabindex="-1" data-focus>${words.title}</h2>
    <p class="how">${words.promise}</p>
    <form class="start" @submit=${(event: SubmitEvent) => begin(event, page, words, hands)}>
      <label>
        ${words.minutes}
        <select name="minutes" data-test="minutes">
          ${MINUTES.map(
            (minutes) => html`<option value=${minutes} ?selected=${minutes === USUAL_MINUTES}>
              ${words.some_minutes(minutes)}
            </option>`,
          )}
        </select>
      </label>
      ${destination(page, words, hands)} ${guardian(page, words)} ${watch(words)} ${pins(words)}
      <button class="fine" data-test="begin">${words.begin}</button>
      <p class="how">${words.asleep}</p>
      <button class="plain" type="button" data-test="forget" @click=${hands.forget_walks}>
        ${words.forget}
      </button>
      <button class="plain" type="button" @click=${() => hands.choose({ shows: "main" })}>
        ${words.back}
      </button>
    </form>
  `;
}

function destination({ saved, fix }: Page, words: WalkWords, hands: Hands): TemplateResult {
  const keep = (event: Event) => {
    const { form } = event.target as HTMLButtonElement;
    hands.save_home(text_of(form, "label") || words.home);
  };
  return html`
    <label>
      ${words.destination}
      <input type="text" name="label" maxlength="30" autocomplete="off" data-test="label"
        .value=${saved.home?.label ?? ""} />
    </label>
    ${saved.home ? html`<p class="how" data-test="saved">✓ ${saved.home.label}: ${words.saved_here}</p>` : nothing}
    <button class="plain" type="button" data-test="save-home" ?disabled=${!fix} @click=${keep}>
      ${words.save_here}
    </button>
  `;
}

function guardian({ saved }: Page, words: WalkWords): TemplateResult {
  return html`
    <label>
      ${words.contact}
      <input type="tel" name="contact" maxlength="40" autocomplete="off" data-test="contact"
        .value=${saved.contact}
        @input=${(event: Event) => can_ring((event.target as HTMLInputElement).form, words)} />
    </label>
    <label class="switch">
      <input type="checkbox" name="consent" data-test="consent" />
      <span>${words.consent}</span>
    </label>
  `;
}

/** Asked for each walk anew, and never ticked beforehand. */
const watch = (words: WalkWords) => html`<label class="switch">
  <input type="checkbox" name="watched" data-test="watched" />
  <span>${words.watch_consent} <small>${words.watch_more}</small></span>
</label>`;

/** Typed for each walk: nothing of them is saved on the phone. */
function pins(words: WalkWords): TemplateResult {
  const input = (name: string) => html`<input type="password" inputmode="numeric" name=${name}
    autocomplete="off" pattern="[0-9]{4,8}" maxlength="8" data-wrong=${words.pin_digits} data-test=${name}
    @input=${(event: Event) => differ((event.target as HTMLInputElement).form, words)} />`;
  return html`<details>
    <summary data-test="pins">${words.pins}</summary>
    <p class="how">${words.pins_more}</p>
    <label>${words.pin} ${input("pin")}</label>
    <label>${words.duress} <small>${words.duress_more}</small> ${input("duress_pin")}</label>
  </details>`;
}

/** Said by the phone before the centre has to refuse it. */
function differ(form: HTMLFormElement | null, words: WalkWords): void {
  const field = form?.elements.namedItem("duress_pin") as HTMLInputElement | null;
  const typed = field?.value && field.value === text_of(form, "pin");
  field?.setCustomValidity(typed ? words.pins_alike : "");
}

/** A number that can never ring would leave a guardian who hears of nothing. */
function can_ring(form: HTMLFormElement | null, words: WalkWords): void {
  const field = form?.elements.namedItem("contact") as HTMLInputElement | null;
  const typed = text_of(form, "contact");
  field?.setCustomValidity(typed && !is_number(typed) ? words.contact_wrong : "");
}

const text_of = (form: HTMLFormElement | null, name: string): string =>
  String(form ? (new FormData(form).get(name) ?? "") : "").trim();

function begin(event: SubmitEvent, { saved }: Page, words: WalkWords, hands: Hands): void {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  differ(form, words);
  can_ring(form, words);
  if (!form.reportValidity()) return;
  const label = text_of(form, "label");
  const wanted: Wanted = {
    minutes: Number(text_of(form, "minutes")),
    home: place_of(label, saved.home),
    contact: text_of(form, "contact"),
    consent: new FormData(form).has("consent"),
    watched: new FormData(form).has("watched"),
    pin: text_of(form, "pin"),
    duress_pin: text_of(form, "duress_pin"),
  };
  hands.begin(wanted, label);
}
