// Come here for the chosen incident in words that can be read at arm's length from a moving car.
import { html, nothing, type TemplateResult } from "lit-html";
import { elapsed } from "../clock.js";
import { wind } from "../earth.js";
import { blinks_for_another, is_escalated, light_at } from "../glance.js";
import { age_of } from "../place.js";
import type { Incident, Place, Pole } from "../wire.js";
import { name_of } from "../words.js";
import { is_idle, possibly_same } from "../world.js";
import { is_for_others, parted, type Sight } from "./cab.js";
import { silent_mark } from "./marks.js";

export function case_words(sight: Sight, incident: Incident | undefined): TemplateResult {
  if (!incident) return quiet(sight);
  return html`<article data-incident-panel=${incident.incident_id} data-state=${incident.state}>
    ${instructions(sight, incident)} ${warnings(sight, incident)} ${standing(sight, incident)}
    ${place(sight, incident.place)} ${said(sight, incident)} ${light(sight, incident)}
    ${poles(sight, incident.place.poles)} ${others(sight, incident)}
  </article>`;
}

function quiet({ world, words }: Sight): TemplateResult {
  const is_known = world.seq !== null;
  return html`<div class="quiet" data-test="quiet">
    <h2>${is_known ? words.quiet : words.not_yet}</h2>
    ${is_known ? html`<p>${words.quiet_why}</p>` : nothing}
  </div>`;
}

function warnings({ world, words, stations }: Sight, incident: Incident) {
  return html`
    ${
      is_for_others(stations, incident)
        ? html`<p class="warning others" data-warning="others">${words.for_others(incident.unit ?? "")}</p>`
        : nothing
    }
    ${
      incident.silent
        ? html`<div class="warning silent" data-warning="silent">${silent_mark()}
          <div><strong>${words.silent}</strong><p>${words.silent_do}</p></div></div>`
        : nothing
    }
    ${
      blinks_for_another(world, incident)
        ? html`<p class="warning blinks" data-warning="blinks">${words.blinks_for_another}</p>`
        : nothing
    }
    ${incident.drill ? html`<p class="warning drill" data-warning="drill">${words.drill}</p>` : nothing}
    ${incident.withdrawn ? html`<p class="warning withdrawn" data-warning="withdrawn">${words.withdrawn}</p>` : nothing}
    ${is_escalated(incident) ? html`<p class="warning escalated" data-warning="escalated">${words.escalated}</p>` : nothing}
    ${is_idle(incident) ? html`<p class="warning idle" data-warning="idle">${words.idle}</p>` : nothing}
  `;
}

function standing({ desk, common, words }: Sight, incident: Incident): TemplateResult {
  return html`<p class="standing">
    <span class="state" data-state=${incident.state}>${name_of(words.states, incident.state)}</span>
    <span>${name_of(common.kinds, incident.kind)}</span>
    ${incident.unit ? html`<span data-test="unit">${incident.unit}</span>` : nothing}
    <span class="elapsed">${words.elapsed} <b>${elapsed(incident.opened_at, desk.now)}</b></span>
  </p>`;
}

function place(sight: Sight, place: Place): TemplateResult {
  const { desk, common, words, district } = sight;
  const [before, here] = parted(place.address ?? words.no_address, district);
  if (!place.position && !place.address) return html`<h2 class="nowhere">${words.no_place}</h2>`;
  const wide = place.quality === "poor" || place.quality === "unknown";
  return html`
    <h2 data-fact="address">
      ${before ? html`<small>${before}</small> ` : nothing}${here}
    </h2>
    ${place.number ? html`<p class="number" data-fact="number">${place.number}</p>` : nothing}
    <p class="quality">
      <span data-quality=${place.quality}>${name_of(common.qualities, place.quality)}</span>
      ${place.position?.accuracy_m ? html`<b>${common.accuracy(Math.round(place.position.accuracy_m))}</b>` : nothing}
      ${place.stale ? html`<strong data-test="stale">${common.stale(age_of(place, desk.now))}</strong>` : nothing}
      ${wide ? html`<strong>${words.search}</strong>` : nothing}
      ${place.jurisdiction_how === "nearest" ? html`<strong>${words.nearest}</strong>` : nothing}
    </p>
  `;
}

function poles({ common, words }: Sight, some: readonly Pole[]) {
  if (some.length === 0) return nothing;
  return html`<dl class="poles"><dt>${words.pole}</dt>
    ${some.map(({ label, metres, bearing }, n) => {
      const towards = bearing === null ? null : wind(bearing);
      return html`<dd data-fact="pole-${n}">${common.pole(label, Math.round(metres), towards)}</dd>`;
    })}
  </dl>`;
}

function instructions({ words }: Sight, incident: Incident) {
  return html`<section class="instructions" aria-live="assertive" ?hidden=${!incident.instructions}>
    <h3>${words.instructions}</h3><p data-test="instructions">${incident.instructions}</p>
  </section>`;
}

/** The caller's own words, and what the system saw where nobody called: never one as the other. */
function said({ desk, words }: Sight, { note, seen }: Incident) {
  return html`
    ${note ? html`<section class="note"><h3>${words.note}</h3><p data-test="note">${note}</p></section>` : nothing}
    ${seen ? html`<section class="note"><h3>${words.seen}</h3><p data-test="seen">${seen[desk.language]}</p></section>` : nothing}
  `;
}

function light({ world, common, words }: Sight, incident: Incident): TemplateResult {
  const { tone, text } = light_at(world, incident, common);
  const scene = incident.lamps.find(({ asked }) => asked !== "none")?.asked;
  const how = scene === "blink" ? words.blinking : scene === "bright" ? words.bright : null;
  return html`<p class="light" data-tone=${tone} data-test="light">
    <i class=${scene ?? "none"} aria-hidden="true"></i>
    <span>${words.light}: <b>${text}</b>${how ? ` — ${how}` : ""}</span>
  </p>`;
}

function others({ world, words }: Sight, incident: Incident) {
  const same = possibly_same(world, incident).length;
  const linked = incident.linked.length;
  if (linked) return html`<p class="others">${words.linked(linked)}</p>`;
  return same ? html`<p class="others">${words.possibly_same(same)}</p>` : nothing;
}
