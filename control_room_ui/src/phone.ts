// Come here for what the page that presses SOS shows: a phone's buttons, and what became of the cry.
import { html, nothing, type TemplateResult } from "lit-html";
import { said_shortfall } from "./lamps.js";
import type { Position } from "./wire.js";
import type { ReportReceipt, ReportState } from "./wire_report.js";
import { type Language, languages, name_of, type Words } from "./words.js";

export interface Phone {
  language: Language;
  place: Position;
  silent: boolean;
  drill: boolean;
  sending: boolean;
  /** The last press did not arrive. */
  failed: boolean;
  receipt: ReportReceipt | null;
  state: ReportState | null;
  /** The last question about the report was not answered. */
  unheard: boolean;
}

export interface Thumbs {
  choose(part: Partial<Phone>): void;
  press(): void;
  move(): void;
  withdraw(): void;
  start_again(): void;
  switch_language(): void;
}

export function phone_view(phone: Phone, thumbs: Thumbs): TemplateResult {
  const words = languages[phone.language];
  return html`
    <header class="line">
      <h1>${words.press.title}</h1>
      <button class="quiet" data-test="language" @click=${thumbs.switch_language}>
        ${words.other_language}
      </button>
    </header>
    ${phone.receipt ? followed(phone, phone.receipt, thumbs, words) : unpressed(phone, thumbs, words)}
    <a href="/" target="_blank">${words.press.to_control_room}</a>
  `;
}

function unpressed(phone: Phone, thumbs: Thumbs, { press }: Words): TemplateResult {
  const { lon, lat } = phone.place;
  return html`
    <p>${press.explain}</p>
    <p class="faint">${press.place} <b data-test="place">${lat.toFixed(5)}, ${lon.toFixed(5)}</b></p>
    ${accuracy(phone, thumbs, press.accuracy)}
    ${tick("silent", phone.silent, press.silent, thumbs)} ${tick("drill", phone.drill, press.drill, thumbs)}
    <button class="sos" data-test="sos" ?disabled=${phone.sending} @click=${thumbs.press}>
      ${press.sos}
    </button>
    ${phone.sending ? html`<p role="status">${press.sending}</p>` : nothing}
    ${phone.failed ? html`<p class="trouble" role="alert">${press.not_received}</p>` : nothing}
  `;
}

function accuracy(phone: Phone, thumbs: Thumbs, title: string): TemplateResult {
  const metres = phone.place.accuracy_m ?? 0;
  const slide = (event: InputEvent) => {
    const accuracy_m = Number((event.target as HTMLInputElement).value);
    thumbs.choose({ place: { ...phone.place, accuracy_m } });
  };
  return html`<label>
    <span class="line"><span>${title}</span><b>±${metres} m</b></span>
    <input type="range" min="3" max="150" data-test="accuracy" .value=${String(metres)} @input=${slide} />
  </label>`;
}

function tick(name: "silent" | "drill", value: boolean, title: string, thumbs: Thumbs) {
  const turn = () => thumbs.choose({ [name]: !value });
  return html`<label class="tick">
    <input type="checkbox" data-test=${name} .checked=${value} @change=${turn} /> ${title}
  </label>`;
}

function followed(phone: Phone, receipt: ReportReceipt, thumbs: Thumbs, words: Words) {
  const { press } = words;
  const is_over = phone.state?.state === "closed";
  return html`
    <section class="answer" data-report-id=${receipt.report_id} data-incident=${receipt.incident_id}>
      <h2>${press.received}</h2>
      ${marks(phone, words)}
      <p class="number">${receipt.place.number ?? words.no_number}</p>
      <p>${receipt.place.address ?? words.no_address}</p>
      <p class="faint">${receipt.place.jurisdiction ?? words.no_jurisdiction}</p>
      <p>${press.asked(phone.silent ? 0 : receipt.lamps.length)}</p>
      ${shortfall(receipt, words)}
    </section>
    ${phone.state ? progress(phone.state, phone.language, words) : nothing}
    ${phone.unheard ? html`<p class="trouble" role="alert">${press.not_followed}</p>` : nothing}
    <div class="thumbs">
      <button data-test="move" ?disabled=${is_over} @click=${thumbs.move}>${press.move}</button>
      <button data-test="withdraw" ?disabled=${is_over} @click=${thumbs.withdraw}>${press.withdraw}</button>
      <button data-test="again" @click=${thumbs.start_again}>${press.again}</button>
    </div>
  `;
}

function marks({ silent, drill }: Phone, words: Words): TemplateResult {
  return html`<p class="badges">
    ${silent ? html`<span class="badge silent">${words.silent}</span>` : nothing}
    ${drill ? html`<span class="badge drill">${words.drill}</span>` : nothing}
  </p>`;
}

function shortfall(receipt: ReportReceipt, words: Words) {
  const said = said_shortfall(receipt, words);
  return said ? html`<p class="warning short" data-test="shortfall">${said}</p>` : nothing;
}

function progress(state: ReportState, language: Language, words: Words): TemplateResult {
  const { press } = words;
  const { asked, lit } = state.lamps;
  return html`<section class="progress" data-state=${state.state} data-test="progress">
    <p class="said">${state.words[language]}</p>
    <ul>
      <li><span>${press.state}</span><b>${name_of(words.states, state.state)}</b></li>
      <li><span>${words.lamps}</span><b data-test="lit">${press.lit(lit, asked)}</b></li>
      ${yes_line(press.acknowledged, state.acknowledged, words)}
      ${yes_line(press.on_its_way, state.unit_on_its_way, words)}
      ${yes_line(press.withdrawn, state.withdrawn, words)}
    </ul>
  </section>`;
}

function yes_line(title: string, value: boolean, words: Words): TemplateResult {
  return html`<li><span>${title}</span><b>${value ? words.yes : words.no}</b></li>`;
}
