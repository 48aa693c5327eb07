// Come here for the crew's list of lamps: only the rows in sight are drawn, however many there are.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { styleMap } from "lit-html/directives/style-map.js";
import { when } from "./clock.js";
import {
  type Filter,
  filters,
  is_on_a_walked_way,
  type Row,
  type Sort,
  sorts,
} from "./crew_rows.js";
import type { CrewView } from "./crew_sight.js";
import { look } from "./lamplight.js";
import { look_colour } from "./palette.js";
import { name_of } from "./words.js";

/** Pixels; the style sheet says the same. */
export const ROW_HEIGHT = 44;
/** Rows drawn beyond the edges, so that a quick scroll shows no hole. */
const SPARE = 8;

export interface Listed {
  counts: Record<Filter, number>;
  rows: readonly Row[];
}

export function crew_list(sight: CrewView, listed: Listed): TemplateResult {
  const { crew, hands, words } = sight;
  return html`
    <div class="conditions" role="group" aria-label=${words.filters_label}>
      ${filters.map((one) => condition(sight, one, listed.counts[one]))}
    </div>
    <div class="tools">
      <input type="search" name="query" placeholder=${words.search} aria-label=${words.search}
        .value=${live(crew.query)} data-test="search"
        @input=${(event: InputEvent) => hands.change({ query: typed(event), scroll: 0 })} />
      <span class="faint" data-test="shown">${words.shown(listed.rows.length)}</span>
      <span class="gap"></span>
      ${exports(sight)}
    </div>
    <div class="heads">${sorts.map((one) => head(sight, one))}</div>
    ${body(sight, listed.rows)}
  `;
}

const typed = (event: InputEvent) => (event.target as HTMLInputElement).value;

function condition({ crew, hands, words }: CrewView, one: Filter, count: number): TemplateResult {
  return html`<button data-filter=${one} aria-pressed=${crew.filter === one}
    title=${words.filter_hints[one]} @click=${() => hands.change({ filter: one, scroll: 0 })}>
    <b>${crew.lamps === null ? "…" : count.toLocaleString()}</b> <span>${words.filters[one]}</span>
  </button>`;
}

/** The list as it is narrowed, for taking along; the search is the screen's own and not said. */
function exports({ crew, hands, words }: CrewView): TemplateResult {
  const status = crew.filter === "all" ? "" : `status=${crew.filter}&`;
  const q = crew.query ? `q=${encodeURIComponent(crew.query)}&` : "";
  return html`<span class="exports" role="group" aria-label=${words.exports}>
    <a class="button" download data-test="csv"
      href="/v1/lamps.csv?${status}${q}language=${crew.language}">${words.csv}</a>
    <a class="button" download data-test="geojson"
      href="/v1/lamps.geojson?${status}${q}">${words.geojson}</a>
    <button class="quiet" data-test="print" @click=${hands.print}>${words.print}</button>
  </span>`;
}

function head({ crew, hands, words }: CrewView, one: Sort): TemplateResult {
  const sorted = crew.sort === one;
  const arrow = crew.descending ? "▼" : "▲";
  const descending = sorted ? !crew.descending : false;
  return html`<button class="head" data-sort=${one} aria-pressed=${sorted}
    title=${words.sort_by(words.columns[one])} @click=${() => hands.change({ sort: one, descending, scroll: 0 })}>
    ${words.columns[one]} <span aria-hidden="true">${sorted ? arrow : ""}</span>
  </button>`;
}

function body(sight: CrewView, rows: readonly Row[]): TemplateResult {
  const { crew, hands, words } = sight;
  const first = Math.max(0, Math.floor(crew.scroll / ROW_HEIGHT) - SPARE);
  const last = Math.ceil((crew.scroll + crew.height) / ROW_HEIGHT) + SPARE;
  const seen = rows.slice(first, last);
  const at = rows.findIndex(({ lamp }) => lamp.lamp_id === crew.cursor);
  const is_drawn = at >= first && at < last;
  return html`<div class="rows" id="rows" role="listbox" tabindex="0" aria-multiselectable="true"
    aria-label="${words.list}. ${words.list_hint}"
    aria-activedescendant=${is_drawn ? `row-${crew.cursor}` : nothing}
    @scroll=${(event: Event) => hands.change({ scroll: (event.target as Element).scrollTop })}
    @keydown=${(event: KeyboardEvent) => pressed(event, sight, rows)}>
    <div class="all" role="presentation" style=${styleMap({ height: `${rows.length * ROW_HEIGHT}px` })}>
      ${repeat(
        seen,
        ({ lamp }) => lamp.lamp_id,
        (row, n) => item(sight, row, first + n, rows.length),
      )}
    </div>
    ${rows.length === 0 ? html`<p class="nobody" role="presentation">${said_nothing(sight)}</p>` : nothing}
  </div>`;
}

function said_nothing({ crew, words }: CrewView): string {
  if (crew.lamps !== null) return words.none;
  return crew.lamps_missing ? words.missing : words.loading;
}

function item(sight: CrewView, row: Row, place: number, all: number): TemplateResult {
  const { crew, hands, words } = sight;
  const { lamp_id, label, address, needs_ladder } = row.lamp;
  return html`<div class="row" id="row-${lamp_id}" role="option" data-lamp-id=${lamp_id}
    data-status=${row.status} aria-selected=${crew.chosen.has(lamp_id)}
    aria-setsize=${all} aria-posinset=${place + 1} ?data-cursor=${crew.cursor === lamp_id}
    style=${styleMap({ transform: `translateY(${place * ROW_HEIGHT}px)` })}
    @click=${() => hands.toggle(lamp_id)}>
    <i class="tick" aria-hidden="true"></i>
    <span class="how">${dot(row)} <b>${words.filters[row.status]}</b>
      ${needs_ladder.length > 0 ? html`<em class="ladder">${words.ladder}</em>` : nothing}
      ${is_on_a_walked_way(row) ? walked(row, words) : nothing}
      <small title=${said_trouble_of(sight, row)}>${said_trouble_of(sight, row)}</small>
    </span>
    <span class="name">${label || lamp_id}</span>
    <span class="where">${address}</span>
    <span class="hour">${said_hour(sight, row)}</span>
  </div>`;
}

const walked = ({ lamp }: Row, words: CrewView["words"]) =>
  html`<em class="walked" title=${words.walked_times(lamp.walked)}>${words.walked}</em>`;

function dot({ view }: Row): TemplateResult {
  const shown = look(view);
  const hollow = shown === "offline" || shown === "unheard";
  return html`<i class=${hollow ? "hollow dot" : "dot"} aria-hidden="true"
    style=${styleMap({ color: look_colour[shown] })}></i>`;
}

/** Faults and since when; or for how long nothing was heard. */
export function said_trouble_of({ crew, words, common }: CrewView, { lamp, view }: Row): string {
  const faults = view.faults.map((fault) => name_of(common.faults, fault));
  const silence = lamp.needs_ladder.includes("silent") ? [words.ladder_for.silent ?? ""] : [];
  const since = faults.length > 0 && lamp.faults_since ? when(lamp.faults_since, crew.now) : "";
  return [...faults, ...silence, since && words.since(since)].filter(Boolean).join(" · ");
}

export function said_hour({ crew, words }: CrewView, { lamp }: Row): string {
  return lamp.seen_at ? when(lamp.seen_at, crew.now) : words.never;
}

/** Keys may come quicker than the page is drawn: where the cursor is, the hands know, not this drawing. */
function pressed(event: KeyboardEvent, { crew, hands }: CrewView, rows: readonly Row[]): void {
  const page = Math.max(1, Math.floor(crew.height / ROW_HEIGHT) - 1);
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -rows.length,
    End: rows.length,
  };
  const step = steps[event.key];
  if (step !== undefined) hands.step(step);
  else if (event.key === " ") hands.toggle_here();
  else if (event.key === "Enter") hands.look_here();
  else return;
  event.preventDefault();
}
