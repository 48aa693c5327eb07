// Come here for how the record of sign-ins and rights is shown, searched and taken away.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { dated } from "../clock.js";
import { said_actor } from "../journal.js";
import { typed } from "../moves.js";
import { name_of } from "../words.js";
import { type Entry, record_file } from "./calls.js";
import { type Sight, said_moment } from "./study.js";

export function record_section(sight: Sight) {
  const { study, hands, words } = sight;
  const { record, record_query } = study;
  if (record === null) return nothing;
  const search = (event: SubmitEvent) => {
    const { person = "", since = "", until = "" } = typed(event);
    hands.search_record({ person, since: said_moment(since), until: said_moment(until) });
  };
  return html`<section data-test="record">
    <h2>${words.record}</h2>
    <form class="search" data-test="search-record" @submit=${search}>
      <label>${words.person}<input name="person" type="text" maxlength="64" autocomplete="off" /></label>
      ${times(sight)}
      <button class="primary">${words.show}</button>
    </form>
    ${record.found.length === 0 ? html`<p>${words.nothing_found}</p>` : table(sight, record.found)}
    <p class="links">
      ${record.next ? html`<button data-do="more-record" @click=${hands.more_record}>${words.more}</button>` : nothing}
      <a data-test="record-csv" download href=${record_file(record_query, "csv")}>${words.as_csv}</a>
      <a data-test="record-json" download href=${record_file(record_query, "json")}>${words.as_json}</a>
    </p>
  </section>`;
}

/** Two moments of the district's time between which something happened. */
export function times({ words }: Sight): TemplateResult {
  return html`
    <label>${words.since}<input name="since" type="datetime-local" /></label>
    <label>${words.until}<input name="until" type="datetime-local" /></label>
  `;
}

function table(sight: Sight, found: readonly Entry[]): TemplateResult {
  const { words } = sight;
  const head = [words.at, words.event, words.whom, words.actor, words.source, words.detail];
  return html`<div class="wide"><table>
    <thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead>
    <tbody>${repeat(
      found,
      (one) => one.entry_id,
      (one) => row(sight, one),
    )}</tbody>
  </table></div>`;
}

function row(sight: Sight, { at, event, whom, actor, source, detail }: Entry): TemplateResult {
  const { words, common } = sight;
  return html`<tr data-event=${event}>
    <td><time datetime=${at}>${dated(at)}</time></td>
    <td>${name_of(words.events, event)}</td>
    <td>${whom}</td>
    <td>${actor === whom ? "" : (words.actors[actor] ?? said_actor(actor, common))}</td>
    <td>${source}</td>
    <td>${said_detail(sight, detail)}</td>
  </tr>`;
}

function said_detail(sight: Sight, detail: Record<string, unknown>): string {
  const { words } = sight;
  const way = typeof detail.way === "string" ? words.way(words.ways[detail.way] ?? detail.way) : "";
  const rights = said_rights(sight, detail);
  const before = is_rights(detail.before) ? words.before(said_rights(sight, detail.before)) : "";
  const times = typeof detail.times === "number" ? words.tries(detail.times) : "";
  return [way, rights, before, times].filter((part) => part !== "").join(" · ");
}

const is_rights = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function said_rights({ words, common }: Sight, rights: Record<string, unknown>): string {
  if (!Array.isArray(rights.roles)) return "";
  const roles = rights.roles.map((role) => name_of(common.roles, String(role)));
  const where = Array.isArray(rights.jurisdictions) ? rights.jurisdictions.map(String) : [];
  const said = roles.join(", ") || words.no_role;
  return where.length > 0 ? `${said} (${where.join(", ")})` : said;
}
