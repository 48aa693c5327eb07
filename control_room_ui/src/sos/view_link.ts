// Come here for what the phone shows about who else sees: a guardian's link, and the centre's watch.
import { html, nothing, type TemplateResult } from "lit-html";
import { short } from "./hour.js";
import type { Hands, Page } from "./page.js";
import { text_to } from "./share.js";
import type { GuardianLink } from "./walk.js";
import { type WalkWords, walk_languages } from "./words_walk.js";

export function link_card(page: Page, link: GuardianLink, hands: Hands): TemplateResult {
  const words = walk_languages[page.settings.language];
  const text = text_to(link.contact, `${words.link_message}\n${link.url}`);
  return html`<section class="asked" data-test="link-card">
    <h3>${words.link_title}</h3>
    ${link.can_be_told || page.link_sent ? nothing : html`<p class="how">${words.guardian_unreached}</p>`}
    <button class=${page.link_sent ? "plain" : "fine"} data-test="link-send" @click=${hands.send_link}>
      ${words.link_send}
    </button>
    ${text ? html`<a class="button" data-test="link-sms" href=${text}>${words.link_sms}</a>` : nothing}
    <p data-test="link-sent" role="status" ?hidden=${!page.link_sent}>${said_of(page, link, words)}</p>
    <p class="how">
      ${link.consent ? words.link_shows : words.link_hides}
      ${words.link_until(until(link, page.now, words))}
    </p>
    <div class=${link.consent ? "ways three" : "ways"}>
      <button class="plain" data-test="link-later" @click=${() => hands.choose({ walk_asks: null })}>
        ${page.link_sent ? words.link_done : words.link_later}
      </button>
      ${link.consent ? hide_button(words, hands) : nothing}
      <button class="now" data-test="help" @click=${hands.help}>${words.help}</button>
    </div>
  </section>`;
}

const hide_button = (words: WalkWords, hands: Hands) => html`<button class="plain" data-test="hide"
  @click=${() => hands.choose({ walk_asks: "hide_asked" })}>${words.hide_short}</button>`;

/** Asked for once more: on this walk it cannot be given again. */
export function hide_card(page: Page, hands: Hands): TemplateResult {
  const words = walk_languages[page.settings.language];
  return html`<section class="asked" data-test="hide-card">
    <h3>${words.hide}?</h3>
    <p class="how">${words.hide_more}</p>
    <button class="plain" data-test="hide-ok" @click=${() => hands.wish("hide")}>${words.hide_ok}</button>
    <div class="ways">
      <button class="plain" data-test="hide-back" @click=${() => hands.choose({ walk_asks: "link" })}>
        ${words.back}
      </button>
      <button class="now" data-test="help" @click=${hands.help}>${words.help}</button>
    </div>
  </section>`;
}

/** As final as hiding the place. */
export function unwatch_card(page: Page, hands: Hands): TemplateResult {
  const words = walk_languages[page.settings.language];
  return html`<section class="asked" data-test="unwatch-card">
    <h3>${words.unwatch}?</h3>
    <p class="how">${words.unwatch_more}</p>
    <button class="plain" data-test="unwatch-ok" @click=${() => hands.wish("unwatch")}>${words.unwatch_ok}</button>
    <div class="ways">
      <button class="plain" data-test="unwatch-back" @click=${() => hands.choose({ walk_asks: null })}>
        ${words.back}
      </button>
      <button class="now" data-test="help" @click=${hands.help}>${words.help}</button>
    </div>
  </section>`;
}

/** At most half a day away: today or tomorrow, by the district's calendar. */
function until({ expires_at }: GuardianLink, now: number, words: WalkWords): string {
  const hour = short(expires_at);
  return hour < short(now) ? words.tomorrow(hour) : hour;
}

function said_of({ link_sent }: Page, { url }: GuardianLink, words: WalkWords) {
  if (link_sent === "shared") return words.link_shared;
  if (link_sent === "copied") return words.link_copied;
  return link_sent === "shown" ? html`${words.link_shown} <span class="link">${url}</span>` : "";
}
