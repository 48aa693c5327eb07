// Come here for the search among closed incidents: what can be asked, and how it goes over the wire.
import { html, type TemplateResult } from "lit-html";
import type { Sight } from "./sight.js";

/** Empty: anything. Days are the district's, as 2026-11-22. */
export interface Search {
  readonly q: string;
  readonly since: string;
  readonly until: string;
  readonly kind: string;
  readonly disposition: string;
  readonly drill: string;
}

export const anything: Search = {
  q: "",
  since: "",
  until: "",
  kind: "",
  disposition: "",
  drill: "",
};

/** Korea knows no summer time: its offset is always this. */
const OFFSET = "+09:00";
const DAY_MS = 86_400_000;

/** The query of GET /v1/incidents; `until` is the last day that is meant, whole. */
export function query_of(search: Search, limit: number): string {
  const { since, until, ...others } = search;
  const asked = {
    state: "closed",
    limit: String(limit),
    ...others,
    since: since && `${since}T00:00:00${OFFSET}`,
    until: until && new Date(Date.parse(`${until}T00:00:00${OFFSET}`) + DAY_MS).toISOString(),
  };
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
}

export function search_form({ desk, hands, words }: Sight): TemplateResult {
  const { search } = desk;
  const set = (event: Event) => {
    const { name, value } = event.target as HTMLInputElement;
    hands.search({ [name]: value });
  };
  const { search: said } = words;
  return html`<form class="search" role="search" @input=${set} @submit=${(event: Event) => event.preventDefault()}>
    <input name="q" type="search" maxlength="100" .value=${search.q} placeholder=${said.words}
      aria-label=${said.words} data-test="search" />
    <span class="days">
      <input name="since" type="date" .value=${search.since} aria-label=${said.since} /> –
      <input name="until" type="date" .value=${search.until} aria-label=${said.until} />
    </span>
    <span class="days">
      ${choice("kind", search.kind, said.any_kind, words.kinds)}
      ${choice("disposition", search.disposition, said.any_ending, words.dispositions)}
      ${choice("drill", search.drill, said.drills_too, { false: said.no_drills, true: said.only_drills })}
    </span>
  </form>`;
}

function choice(name: string, value: string, any: string, options: Record<string, string>) {
  return html`<select name=${name} .value=${value} aria-label=${any}>
    <option value="">${any}</option>
    ${Object.entries(options).map(
      ([key, text]) => html`<option value=${key} ?selected=${key === value}>${text}</option>`,
    )}
  </select>`;
}
