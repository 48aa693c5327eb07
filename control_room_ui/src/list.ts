// Come here for the lists on the left: incidents, who waits longest first; walks home beside them.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { badges } from "./badges.js";
import { elapsed, when } from "./clock.js";
import { keeper, light_at } from "./glance.js";
import { search_form } from "./search.js";
import type { Desk, Sight } from "./sight.js";
import { untold_list } from "./untold.js";
import { walk_list } from "./walk_list.js";
import type { Incident } from "./wire.js";
import { untaken } from "./wire_letters.js";
import { name_of } from "./words.js";
import { in_order_of_need, is_open, is_waiting } from "./world.js";

export function whole_list(sight: Sight): TemplateResult {
  const { world, desk, words } = sight;
  const open = [...world.incidents.values()].filter(is_open).length;
  const wrong = world.walks?.needing_attention ?? 0;
  const untold = untaken(desk.letters ?? []).length;
  return html`
    <div class="tabs" role="tablist">
      ${tab(sight, "open", `${words.open_list} ${open}`)} ${tab(sight, "closed", words.closed_list)}
      ${world.walks ? tab(sight, "walks", words.walks.list(wrong)) : nothing}
      ${untold || desk.list === "untold" ? tab(sight, "untold", words.letters.list(untold)) : nothing}
    </div>
    ${chosen_list(sight)}
  `;
}

function chosen_list(sight: Sight): TemplateResult {
  if (sight.desk.list === "walks") return walk_list(sight);
  return sight.desk.list === "untold" ? untold_list(sight) : incident_list(sight);
}

function incident_list(sight: Sight): TemplateResult {
  const { world, desk, words } = sight;
  const all = [...world.incidents.values()];
  const open = in_order_of_need(all.filter(is_open));
  const closed = (desk.found ?? []).flatMap((id) => world.incidents.get(id) ?? []);
  const shown = desk.list === "open" ? open : closed;
  const nobody = desk.list === "open" ? words.nobody : words.none_closed;
  const is_known = desk.list === "open" ? world.seq !== null : desk.found !== null;
  return html`
    ${desk.list === "closed" ? search_form(sight) : nothing}
    <div class="items" data-list=${desk.list}>
      ${repeat(
        floods_folded(shown),
        ([one]) => one.flood_group ?? one.incident_id,
        ([one, ...others]) =>
          html`${item(sight, one)} ${others.length ? crowd(sight, others) : nothing}`,
      )}
      ${shown.length ? nothing : html`<p class="nobody">${is_known ? nobody : "…"}</p>`}
    </div>
  `;
}

/** What one source has sent in a flood stands together, below the first of it. */
function floods_folded(incidents: readonly Incident[]): [Incident, ...Incident[]][] {
  const folded = new Map<string, [Incident, ...Incident[]]>();
  for (const one of incidents) {
    const group = one.flood_group ?? one.incident_id;
    folded.get(group)?.push(one) ?? folded.set(group, [one]);
  }
  return [...folded.values()];
}

/** Folded, but for the one that somebody looks at. */
function crowd(sight: Sight, others: readonly Incident[]): TemplateResult {
  const is_chosen = others.some(({ incident_id }) => incident_id === sight.desk.chosen);
  return html`<details class="crowd" data-test="crowd" ?open=${is_chosen}>
    <summary>${sight.words.crowd(others.length, others.filter(is_waiting).length)}</summary>
    ${repeat(
      others,
      (one) => one.incident_id,
      (one) => item(sight, one),
    )}
  </details>`;
}

function tab({ desk, hands }: Sight, list: Desk["list"], text: string): TemplateResult {
  return html`<button role="tab" aria-selected=${desk.list === list} data-tab=${list}
    @click=${() => hands.show_list(list)}>${text}</button>`;
}

function item(sight: Sight, incident: Incident): TemplateResult {
  const { desk, hands } = sight;
  const { incident_id: id, state } = incident;
  return html`<button class="item" data-incident-id=${id} data-state=${state}
    ?data-drill=${incident.drill} ?data-silent=${incident.silent}
    aria-current=${desk.chosen === id} @click=${() => hands.choose(id)}>
    <span class="line">
      <span class="state">${state_and_kind(sight, incident)}</span>
      <span class="clock">${hours(sight, incident)}</span>
    </span>
    ${where(sight, incident)}
    ${is_open(incident) ? care(sight, incident) : ending(sight, incident)}
    <span class="badges">${badges(sight, incident)}</span>
  </button>`;
}

function state_and_kind({ words }: Sight, { state, kind }: Incident): string {
  return `${name_of(words.states, state)} · ${name_of(words.kinds, kind)}`;
}

/** A running clock while it is open; the hour of its opening afterwards. */
function hours({ desk }: Sight, incident: Incident): string {
  const { opened_at } = incident;
  return is_open(incident) ? elapsed(opened_at, desk.now) : when(opened_at, desk.now);
}

/** Everybody in the room knows the city and the district: the neighbourhood is what tells. */
function where({ words }: Sight, { place }: Incident): TemplateResult {
  const [, before, last] = /^(.* )?(\S+)$/.exec(place.address ?? "") ?? [];
  return html`<span class="where">
    <strong>${last ?? words.no_address}</strong>
    <span class="faint">${before?.trim() ?? nothing}</span>
    <span class="number">${place.number ?? nothing}</span>
  </span>`;
}

/** Who has it, and whether the light is on there. */
function care({ world, words }: Sight, incident: Incident): TemplateResult {
  const light = light_at(world, incident, words);
  return html`<span class="care">
    <span class="keeper" ?data-nobody=${is_waiting(incident)}>${keeper(incident, words)}</span>
    <span class="light" data-light=${light.tone}>${light.text}</span>
  </span>`;
}

function ending({ words }: Sight, { disposition, unit }: Incident): TemplateResult {
  const how = disposition ? name_of(words.dispositions, disposition) : "";
  return html`<span class="care"><span>${[how, unit].filter(Boolean).join(" · ")}</span></span>`;
}
