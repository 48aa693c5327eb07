// Come here for what the caller is told of a cry that was pressed: only what is true, and how old.
import { html, nothing, type TemplateResult } from "lit-html";
import { type Crying, is_old } from "./cry.js";
import { is_stale } from "./errands.js";
import { hour_of } from "./hour.js";
import { type Hands, type Page, words_of } from "./page.js";
import type { Words } from "./words.js";

export function cry_view(page: Page, cry: Crying, hands: Hands): TemplateResult {
  const words = words_of(page);
  if (is_old(cry, page.now)) return old(page, cry, hands);
  const said = headline(page, cry, words);
  return html`
    <h2 tabindex="-1" data-focus data-test="said" data-tone=${said.tone} data-said=${said.is}>
      ${said.title}
    </h2>
    ${said.more ? html`<p class="more">${said.more}</p>` : nothing}
    ${page.asks ? asked(cry, words, hands) : told(page, cry, hands)}
  `;
}

function told(page: Page, cry: Crying, hands: Hands): TemplateResult {
  const words = words_of(page);
  return html`
    ${cry.receipt ? progress(page, cry, words) : waiting(page, cry, words)}
    ${ways_out(cry, words, hands)}
  `;
}

interface Said {
  /** For tests and style: what is said, in one word. */
  is: string;
  tone: "good" | "wait" | "bad";
  title: string;
  more?: string;
}

function headline(page: Page, cry: Crying, words: Words): Said {
  if (!cry.receipt) return undelivered(page, cry, words);
  if (cry.withdrawal === "heard") return withdrawn(words);
  if (cry.withdrawal === "wished")
    return { is: "withdrawing", tone: "wait", title: words.withdrawing };
  const state = cry.answer?.state ?? "open";
  const title = words.states[state] ?? words.states.acknowledged ?? "";
  return { is: state, tone: "good", title };
}

const withdrawn = ({ withdrawn: title, withdrawn_more: more }: Words): Said => ({
  is: "withdrawn",
  tone: "wait",
  title,
  more,
});

function undelivered(page: Page, cry: Crying, words: Words): Said {
  if (cry.refused) {
    return { is: "refused", tone: "bad", title: words.refused, more: words.refused_more };
  }
  if (!page.online) return { is: "kept", tone: "bad", title: words.kept, more: words.kept_more };
  if (cry.failures === 0) return { is: "sending", tone: "wait", title: words.sending };
  return { is: "unanswered", tone: "bad", title: words.unanswered, more: words.unanswered_more };
}

const seconds_since = (then: number, now: number) => Math.max(0, Math.floor((now - then) / 1000));

function waiting(page: Page, cry: Crying, words: Words): TemplateResult {
  const ago = words.ago(seconds_since(cry.pressed_at, page.now));
  return html`<p class="age" data-test="age">${words.pressed_ago(ago)}</p>`;
}

function progress(page: Page, cry: Crying, words: Words): TemplateResult {
  const { answer, receipt } = cry;
  const state = answer?.state ?? "open";
  const is_coming = state === "en_route" || state === "on_scene";
  return html`
    ${freshness(page, cry, words)}
    <ul class="steps">
      ${step("received", true, words.steps.received, receipt ? hour_of(receipt.received_at) : "")}
      ${step("seen", state !== "open", words.steps.seen, "")}
      ${step("coming", is_coming, words.steps.coming, "")} ${lamps(cry, words)}
    </ul>
    ${place(page, cry, words)}
  `;
}

function step(name: string, done: boolean, title: string, more: string): TemplateResult {
  return html`<li data-step=${name} data-done=${done ? "yes" : "no"}>
    <i aria-hidden="true">${done ? "✓" : "○"}</i> <span>${title}</span> <b>${more}</b>
  </li>`;
}

function lamps({ answer, silent }: Crying, words: Words): TemplateResult {
  const lit = answer?.lit ?? 0;
  // The receipt names the lamps that are near; of a silent cry none is asked.
  const asked = silent && lit === 0 ? 0 : (answer?.asked ?? 0);
  const none = silent ? words.hushed_lamps : words.no_lamps;
  return step("lamps", lit > 0, words.steps.lamps, asked > 0 ? words.lit(lit, asked) : none);
}

function freshness(page: Page, cry: Crying, words: Words): TemplateResult {
  if (cry.locked_out) return html`<p class="trouble">${words.locked_out}</p>`;
  const hour = hour_of(cry.heard_at);
  return is_stale(cry, page.now, page.watched) || cry.failures > 1
    ? html`<p class="trouble" data-test="stale" role="alert">${words.stale(hour)}</p>`
    : html`<p class="age" data-test="fresh">${words.as_of(hour)}</p>`;
}

function place(page: Page, { answer, fix }: Crying, words: Words): TemplateResult {
  if (!fix) return html`<p class="place" data-test="place">${words.no_place}</p>`;
  const accuracy = fix.accuracy_m === null ? "" : words.accuracy(Math.ceil(fix.accuracy_m));
  const ago = words.before_now(words.ago(seconds_since(fix.fixed_at, page.now)));
  return html`<p class="place" data-test="place">
    <small>${words.your_place}</small>
    ${answer?.number ? html`<b data-test="number">${answer.number}</b>` : nothing}
    <span>${answer?.address ?? ""}</span>
    <small>${[accuracy, ago].filter(Boolean).join(" · ")}</small>
  </p>`;
}

function ways_out(cry: Crying, words: Words, hands: Hands): TemplateResult {
  if (cry.withdrawal === "heard")
    return html`<button class="plain" data-test="need-again" @click=${hands.need_again}>
      ${words.need_again}
    </button>`;
  if (cry.withdrawal !== "no" || cry.locked_out) return html``;
  const title = cry.receipt ? words.withdraw : words.drop;
  return html`<button class="plain" data-test="withdraw" @click=${() => hands.choose({ asks: true })}>
    ${title}
  </button>`;
}

/** The honest words before it is done: a withdrawal ends nothing by itself. */
function asked(cry: Crying, words: Words, hands: Hands): TemplateResult {
  const [sure, more, yes] = cry.receipt
    ? [words.withdraw_sure, words.withdraw_more, words.withdraw_yes]
    : [words.drop_sure, words.drop_more, words.drop];
  return html`<section class="asked" data-test="asked">
    <h3>${sure}</h3>
    <p>${more}</p>
    <button class="plain" data-test="keep" @click=${() => hands.choose({ asks: false })}>
      ${words.withdraw_no}
    </button>
    <button class="plain" data-test="sure" @click=${cry.receipt ? hands.withdraw : hands.drop}>
      ${yes}
    </button>
  </section>`;
}

/** Too long ago to be sent unasked. */
function old(page: Page, cry: Crying, hands: Hands): TemplateResult {
  const words = words_of(page);
  const ago = words.ago(seconds_since(cry.pressed_at, page.now));
  return html`
    <h2 tabindex="-1" data-focus data-test="said" data-tone="bad" data-said="old">${words.old}</h2>
    <p class="more" data-test="age">${words.old_more(ago)}</p>
    <button class="now" data-test="still" @click=${hands.still_needed}>${words.still_needed}</button>
    <button class="plain" data-test="not-needed" @click=${hands.drop}>${words.not_needed}</button>
  `;
}
