// Come here for everything about the chosen incident: what to know first, what can be done, the place.
import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { badges } from "./badges.js";
import { elapsed, when } from "./clock.js";
import { blinks_for_another, is_escalated } from "./glance.js";
import { journal_section } from "./journal.js";
import { keeping } from "./keeping.js";
import { lamps_section } from "./lamps.js";
import { moves, note } from "./moves.js";
import { place_section } from "./place.js";
import type { Sight } from "./sight.js";
import { ties } from "./ties.js";
import { said_target, untold_of } from "./untold.js";
import type { Incident, Untold } from "./wire.js";
import { name_of, type Words } from "./words.js";
import { is_idle, is_open } from "./world.js";

export function panel(sight: Sight): TemplateResult {
  const { world, desk } = sight;
  const incident = desk.chosen ? world.incidents.get(desk.chosen) : undefined;
  if (!incident) return nobody_chosen(sight);
  // Keyed: what was typed for one incident must never be sent for another.
  return html`${keyed(incident.incident_id, whole(sight, incident))}`;
}

function nobody_chosen({ world, words }: Sight): TemplateResult {
  const is_known = world.seq !== null && !world.lost;
  const is_calm = is_known && ![...world.incidents.values()].some(is_open);
  return html`<p class="nobody" data-test="nobody-chosen">
    ${is_calm ? words.nobody : words.choose_one}
  </p>`;
}

function whole(sight: Sight, incident: Incident): TemplateResult {
  return html`<article data-incident-panel=${incident.incident_id} data-state=${incident.state}>
    <div class="first">
      ${head(sight, incident)} ${warnings(sight, incident)}
      ${sight.desk.replay ? nothing : html`${untold_of(sight, incident)} ${moves(sight, incident)}`}
    </div>
    ${place_section(sight, incident)} ${lamps_section(sight, incident)}
    ${sight.desk.replay ? nothing : keeping(sight, incident)}
    <section>
      <h3>${sight.words.journal}</h3>
      ${sight.desk.replay ? nothing : note(sight, incident)} ${journal_section(sight)}
    </section>
  </article>`;
}

function head(sight: Sight, incident: Incident): TemplateResult {
  const { desk, words } = sight;
  const { opened_at, state, kind, unit } = incident;
  return html`<header>
    <div class="line">
      <h2>${name_of(words.states, state)}</h2>
      <span class="clock big" title=${words.elapsed_since}>
        ${is_open(incident) ? elapsed(opened_at, desk.now) : nothing}
      </span>
    </div>
    <div class="line faint">
      <span>${name_of(words.kinds, kind)}${unit ? ` · ${unit}` : ""}${ending(sight, incident)}</span>
      <time>${when(opened_at, desk.now)}</time>
    </div>
    <div class="badges">${badges(sight, incident)}</div>
  </header>`;
}

function ending({ words }: Sight, { disposition }: Incident): string {
  return disposition ? ` · ${name_of(words.dispositions, disposition)}` : "";
}

function warnings(sight: Sight, incident: Incident): TemplateResult {
  const { world, words } = sight;
  const { drill, silent, withdrawn, flood, escalation, daylight, scene } = incident;
  if (!is_open(incident))
    return html`${warning(drill, "drill", words.drill_long)} ${ties(sight, incident)}
      ${instructed(sight, incident)} ${replay_button(sight, incident)}`;
  return html`
    ${warning(drill, "drill", words.drill_long)} ${warning(silent, "silent", words.silent_long)}
    ${warning(blinks_for_another(world, incident), "blinks", words.blinks_for_another)}
    ${warning(withdrawn, "withdrawn", words.withdrawn_long)}
    ${warning(flood > 0, "flood", words.flood_long(flood))}
    ${warning(is_escalated(incident), "escalated", words.escalated_long(escalation))}
    ${warning(is_idle(incident), "idle", words.idle_long)}
    ${warning(incident.untold.length > 0, "untold", words.untold(said_targets(incident.untold, words)))}
    ${warning(daylight && scene !== "none", "daylight", words.daylight)}
    ${police_desks(sight, incident)} ${ties(sight, incident)} ${instructed(sight, incident)}
    ${incident.note ? html`<p class="said">“${incident.note}”</p>` : nothing} ${seen(sight, incident)}
  `;
}

/** A unit is any word that operators use: it need not be a name by which a police desk is found. */
function police_desks({ words }: Sight, { unit, responding, place }: Incident) {
  if (!unit) return nothing;
  const desks = [...new Set([...responding, place.jurisdiction])].filter((one) => one !== null);
  if (desks.length === 0) return warning(true, "no-desk", words.no_desk(unit));
  return html`<p class="faint" data-test="desks">${words.desks(desks.join(", "))}</p>`;
}

/** Nobody has said this: it is no quotation, and in the language of who reads it. */
function seen({ desk, words }: Sight, { seen }: Incident) {
  if (!seen) return nothing;
  return html`<p class="seen" data-test="seen"><b>${words.system_saw}</b> ${seen[desk.language]}</p>`;
}

/** What whoever goes there must know. */
function instructed({ words }: Sight, { instructions }: Incident) {
  if (!instructions) return nothing;
  return html`<p class="instructions" data-test="instructions">
    <b>${words.instruct.title}</b> ${instructions}
  </p>`;
}

/** Of what was destroyed there is nothing to be seen again. */
function replay_button({ desk, hands, words }: Sight, incident: Incident) {
  if (desk.replay || incident.erased_at) return nothing;
  const { incident_id: id } = incident;
  return html`<p class="again">
    <button data-test="start-replay" @click=${() => hands.start_replay(id)}>${words.replay.start}</button>
  </p>`;
}

const said_targets = (untold: readonly Untold[], words: Words) =>
  untold.map(({ target }) => said_target(target, words)).join(", ");

function warning(is_there: boolean, name: string, text: string) {
  return is_there ? html`<p class="warning ${name}" data-warning=${name}>${text}</p>` : nothing;
}
