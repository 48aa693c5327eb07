// Come here for the crew's bar, the banner over old data, and the sheet that is printed.
import { html, nothing, type TemplateResult } from "lit-html";
import { hour_of, when } from "./clock.js";
import { type Listed, said_hour, said_trouble_of } from "./crew_list.js";
import type { Crew, CrewView } from "./crew_sight.js";
import { signed_in } from "./sign_in/badge.js";
import { elsewhere } from "./sign_in/elsewhere.js";

export function crew_bar(sight: CrewView): TemplateResult {
  const { crew, hands, words, common } = sight;
  return html`
    <h1>${words.product}</h1>
    <span class="link" data-link=${crew.link.state}>${common.links[crew.link.state]}</span>
    <nav class="tabs-of-page">${tab(sight, "lamps")} ${tab(sight, "import")}</nav>
    <span class="gap"></span>
    ${last_word(sight)}
    ${elsewhere(crew.myself, common)}
    <button class="quiet" data-test="language" @click=${hands.switch_language}>
      ${common.other_language}
    </button>
    ${signed_in(crew.myself, common)}
    <time class="hour" data-test="hour">${hour_of(crew.now)}</time>
  `;
}

function tab({ crew, hands, words }: CrewView, one: Crew["tab"]): TemplateResult {
  return html`<button data-tab=${one} aria-current=${crew.tab === one ? "page" : nothing}
    @click=${() => hands.change({ tab: one })}>${words.tabs[one]}</button>`;
}

/** When any lamp was last heard: a silent street shows here first. */
function last_word({ crew, words }: CrewView) {
  const hours = (crew.lamps ?? []).map(({ seen_at }) => seen_at ?? "");
  const last = hours.sort().at(-1);
  return last
    ? html`<span class="totals" data-test="last-word">${words.last_word(when(last, crew.now))}</span>`
    : nothing;
}

export function crew_banner({ crew, common, words }: CrewView): TemplateResult {
  if (crew.link.state === "live") return html``;
  return html`<div class="banner" role="alert" data-test="banner">
    <strong>${common.links[crew.link.state]}</strong>
    <span>${words.picture_of(hour_of(crew.link.since))}</span>
    <span class="trying">${common.trying}</span>
  </div>`;
}

/** The whole list on paper: what is windowed on the screen would be cut off there. */
export function paper(sight: CrewView, { rows }: Listed): TemplateResult {
  const { crew, words } = sight;
  const { need, label, address, heard } = words.columns;
  return html`<h1>${words.printed(words.filters[crew.filter], when(crew.now, crew.now), rows.length)}</h1>
    <table>
      <thead><tr><th>${label}</th><th>${address}</th><th>${need}</th><th>${heard}</th></tr></thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr>
            <td>${row.lamp.label || row.lamp.lamp_id}</td>
            <td>${row.lamp.address}</td>
            <td>${words.filters[row.status]} ${said_trouble_of(sight, row)}</td>
            <td>${said_hour(sight, row)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
}
