// Come here for how incidents are looked up and shown to an auditor: what happened, never where.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { dated } from "../clock.js";
import { line } from "../journal.js";
import { typed } from "../moves.js";
import { name_of } from "../words.js";
import {
  type Audited,
  journal_address,
  journal_file,
  type Showing,
  showings_address,
  showings_file,
} from "./calls.js";
import { times } from "./record_view.js";
import { type Opened, type Sight, said_moment } from "./study.js";

export function incidents_section(sight: Sight) {
  const { study, hands, words } = sight;
  const { incidents, opened } = study;
  if (incidents === null) return nothing;
  const search = (event: SubmitEvent) => {
    const { key = "", since = "", until = "" } = typed(event);
    hands.search_incidents({ key, since: said_moment(since), until: said_moment(until) });
  };
  return html`<section data-test="incidents">
    <h2>${words.incidents}</h2>
    <p class="faint">${words.no_place}</p>
    <form class="search" data-test="search-incidents" @submit=${search}>
      <label>${words.key}<input name="key" type="text" maxlength="64" autocomplete="off" /></label>
      ${times(sight)}
      <button class="primary">${words.show}</button>
    </form>
    ${incidents.found.length === 0 ? html`<p>${words.nothing_found}</p>` : table(sight, incidents.found)}
    ${incidents.next ? html`<p><button data-do="more-incidents" @click=${hands.more_incidents}>${words.more}</button></p>` : nothing}
    ${opened === null ? nothing : opened_view(sight, opened)}
  </section>`;
}

function table(sight: Sight, found: readonly Audited[]): TemplateResult {
  const { words } = sight;
  const head = [words.opened, words.closed, words.state, words.jurisdiction, words.entries];
  return html`<div class="wide"><table>
    <thead><tr>${head.map((name) => html`<th>${name}</th>`)}<th></th></tr></thead>
    <tbody>${repeat(
      found,
      (one) => one.incident_id,
      (one) => row(sight, one),
    )}</tbody>
  </table></div>`;
}

function row({ study, hands, words, common }: Sight, one: Audited): TemplateResult {
  const { incident_id, opened_at, closed_at, erased_at } = one;
  const state = [
    name_of(common.kinds, one.kind),
    name_of(common.states, one.state),
    one.disposition ? name_of(common.dispositions, one.disposition) : "",
    one.drill ? words.drill : "",
    erased_at ? words.erased_at(dated(erased_at)) : "",
  ];
  const is_open = study.opened?.incident_id === incident_id;
  return html`<tr data-incident=${incident_id} ?data-opened=${is_open}>
    <td><time datetime=${opened_at}>${dated(opened_at)}</time></td>
    <td>${closed_at ? dated(closed_at) : ""}</td>
    <td>${state.filter((part) => part !== "").join(" · ")}</td>
    <td>${one.jurisdiction ?? ""}</td>
    <td>${words.lines(one.entries)}</td>
    <td><button data-do="open" @click=${() => hands.open(incident_id)}>${words.open_it}</button></td>
  </tr>`;
}

function opened_view(sight: Sight, opened: Opened): TemplateResult {
  const { words, common } = sight;
  const { incident_id, journal, showings } = opened;
  return html`<article data-test="opened" tabindex="-1">
    <h2>${words.of_incident(incident_id)}</h2>
    <h3>${words.journal}</h3>
    ${journal.left_out ? html`<p class="warning" data-test="left-out">${words.left_out}</p>` : nothing}
    <ol class="journal" data-test="journal">${journal.entries.map((one) => line(one, null, common))}</ol>
    ${links(sight, "journal", journal_file(incident_id), journal_address(incident_id), incident_id)}
    <h3>${words.showings}</h3>
    ${showings.length === 0 ? html`<p>${words.nobody}</p>` : shown_table(sight, showings)}
    ${links(sight, "showings", showings_file(incident_id), showings_address(incident_id), incident_id)}
  </article>`;
}

function links({ words }: Sight, what: string, csv: string, json: string, id: string) {
  return html`<p class="links">
    <a data-test="${what}-csv" download="${what}-${id}.csv" href=${csv}>${words.as_csv}</a>
    <a data-test="${what}-json" download="${what}-${id}.json" href=${json}>${words.as_json}</a>
  </p>`;
}

function shown_table(sight: Sight, showings: readonly Showing[]): TemplateResult {
  const { words } = sight;
  const head = [
    ...[words.name, words.role, words.way_shown, words.purpose],
    ...[words.first, words.last, words.times],
  ];
  return html`<div class="wide"><table data-test="showings">
    <thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead>
    <tbody>${showings.map((one) => shown(sight, one))}</tbody>
  </table></div>`;
}

function shown({ words, common }: Sight, one: Showing): TemplateResult {
  return html`<tr>
    <td>${one.recipient}</td>
    <td>${words.roles[one.role] ?? name_of(common.roles, one.role)}</td>
    <td>${name_of(words.methods, one.method)} <small class="faint">${one.path}</small></td>
    <td>${name_of(words.purposes, one.purpose)}</td>
    <td>${dated(one.first_at)}</td>
    <td>${dated(one.last_at)}</td>
    <td class="number">${one.times}</td>
  </tr>`;
}
