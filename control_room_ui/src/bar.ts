// Come here for the bar on top: connection, alarm, lamps of the district; and the banner below it.
import { html, nothing, type TemplateResult } from "lit-html";
import { hour_of } from "./clock.js";
import type { Sight } from "./sight.js";
import { signed_in } from "./sign_in/badge.js";
import { elsewhere } from "./sign_in/elsewhere.js";
import { network_is_down } from "./walk_list.js";
import { waiting_in } from "./world.js";

export function bar(sight: Sight): TemplateResult {
  const { desk, hands, words } = sight;
  return html`
    <h1>${words.product}</h1>
    ${connection(sight)} ${unread(sight)}
    ${pages(sight)}
    <span class="gap"></span>
    ${walks(sight)} ${sound(sight)}
    <button class="quiet" data-test="keys" title=${words.keys.title} aria-label=${words.keys.title}
      @click=${() => hands.show({ help: true })}>?</button>
    <button class="quiet" data-test="language" @click=${hands.switch_language}>
      ${words.other_language}
    </button>
    ${signed_in(desk.myself, words)}
    <time class="hour" data-test="hour">${hour_of(desk.now)}</time>
  `;
}

/** Each in a window of its own: a control room keeps its map. What is seldom wanted is one press away. */
function pages({ desk, words }: Sight): TemplateResult {
  const served = desk.pages.map((page) => `/${page}`);
  return html`<details class="menu" data-test="pages" @focusout=${fold}>
    <summary>${words.pages.title}</summary>
    ${elsewhere(desk.myself, words, { served, apart: true })}
  </details>`;
}

/** Whoever goes elsewhere needs the map below it again. */
function fold({ currentTarget, relatedTarget }: FocusEvent): void {
  const menu = currentTarget as HTMLDetailsElement;
  if (!menu.contains(relatedTarget as Node | null)) menu.open = false;
}

function connection({ desk, words }: Sight): TemplateResult {
  return html`<span class="link" data-link=${desk.link.state}>${words.links[desk.link.state]}</span>`;
}

/** How many wait for somebody; how many frames made no sense. */
function unread({ world, words }: Sight): TemplateResult {
  const { real, drills } = waiting_in(world);
  return html`
    ${real ? html`<strong class="waiting" data-test="waiting">${words.waiting(real)}</strong>` : nothing}
    ${drills ? html`<span class="badge drill" data-test="waiting-drills">${words.waiting_drills(drills)}</span>` : nothing}
    ${world.refused ? html`<span class="fault">${words.unreadable(world.refused)}</span>` : nothing}
  `;
}

/** Walks home: how many, and how many of them somebody should look at. */
function walks({ world, words }: Sight) {
  if (!world.walks?.total) return nothing;
  const { total, unheard, needing_attention: n } = world.walks;
  return html`<span class="totals" data-test="walks">
    ${words.walks.total(total)}
    ${network_is_down(world.walks) ? html`<span class="fault" data-test="network-down">${words.walks.network_down(unheard)}</span>` : nothing}
    ${n ? html`<span class="fault">${words.walks.attention(n)}</span>` : nothing}
  </span>`;
}

function sound({ desk, hands, words }: Sight): TemplateResult {
  if (!desk.sound) return html`<span class="sound-off" data-test="sound">${words.sound_off}</span>`;
  return html`<span class="sound" data-test="sound">
    ${words.sound_on}
    <button class="quiet" @click=${hands.test_sound}>${words.sound_test}</button>
  </span>`;
}

/** What nobody may miss: the picture is not live, and since when. */
export function banner({ world, desk, words }: Sight): TemplateResult {
  if (desk.link.state === "live") return html``;
  const since = hour_of(desk.link.since);
  return html`<div class="banner" role="alert" data-test="banner">
    <strong>${words.links[desk.link.state]}</strong>
    <span>${world.seq === null ? words.never_heard : words.picture_of(since)}</span>
    <span class="trying">${words.trying}</span>
  </div>`;
}
