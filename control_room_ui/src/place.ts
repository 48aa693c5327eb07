// Come here for where the caller is, in words that can be said over a radio or copied.
import { html, nothing, type TemplateResult } from "lit-html";
import { elapsed } from "./clock.js";
import { wind } from "./earth.js";
import { said_erasure } from "./keeping.js";
import type { Sight } from "./sight.js";
import type { Incident, Place, Pole } from "./wire.js";
import { name_of, type Words } from "./words.js";

export function place_section(sight: Sight, incident: Incident): TemplateResult {
  const { words } = sight;
  const { place } = incident;
  return html`<section class="place">
    <h3>${words.place} ${incident.erased_at ? nothing : quality(sight, place)}</h3>
    ${incident.erased_at ? destroyed(sight, incident) : nothing}
    ${place.position || place.address ? facts(sight, place) : nothing}
    ${place.position || place.address || incident.erased_at ? nothing : html`<p class="warning none">${words.no_place}</p>`}
  </section>`;
}

function destroyed(sight: Sight, incident: Incident): TemplateResult {
  return html`<p data-test="destroyed">${said_erasure(sight, incident)}</p>`;
}

function quality({ desk, words }: Sight, place: Place): TemplateResult {
  const { quality, position, stale } = place;
  const accuracy = position?.accuracy_m
    ? ` ${words.accuracy(Math.round(position.accuracy_m))}`
    : "";
  return html`
    <span class="quality" data-quality=${quality}>${name_of(words.qualities, quality)}${accuracy}</span>
    ${stale ? html`<span class="badge stale" data-badge="stale">${words.stale(age_of(place, desk.now))}</span>` : nothing}
  `;
}

/** How old the fix is, as a running clock; null where nobody said when it was taken. */
export const age_of = ({ fixed_at }: Place, now: number): string | null =>
  fixed_at && elapsed(fixed_at, now);

function facts(sight: Sight, place: Place): TemplateResult {
  const { words } = sight;
  const coordinates = said_coordinates(place);
  return html`<dl>
      ${fact(sight, "number", words.number, place.number, "number")}
      ${fact(sight, "address", words.address, place.address)}
      ${fact(sight, "jurisdiction", words.jurisdiction, said_jurisdiction(place, words))}
      ${fact(sight, "coordinates", words.coordinates, coordinates)}
      ${place.poles.map((pole, n) => fact(sight, `pole-${n}`, n ? "" : words.poles, said_pole(pole, words)))}
    </dl>
    ${copy_button(sight, "all", said_place(place, words), words.copy_all)}`;
}

function fact(sight: Sight, name: string, title: string, text: string | null, kind = "") {
  if (!text) return nothing;
  return html`<dt>${title}</dt>
    <dd class=${kind}><span data-fact=${name}>${text}</span> ${copy_button(sight, name, text)}</dd>`;
}

function copy_button(
  { desk, hands, words }: Sight,
  name: string,
  text: string,
  title = words.copy,
) {
  return html`<button class="quiet copy" data-copy=${name} @click=${() => hands.copy(name, text)}>
    ${desk.copied === name ? words.copied : title}
  </button>`;
}

const said_pole = ({ label, metres, bearing }: Pole, words: Words) =>
  words.pole(label, Math.round(metres), bearing === null ? null : wind(bearing));

/** Latitude first, as maps and people say it (the wire has it the other way); to about a metre. */
function said_coordinates({ position }: Place): string | null {
  return position && `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`;
}

function said_jurisdiction({ jurisdiction, jurisdiction_how, unit }: Place, words: Words): string {
  if (!jurisdiction) return jurisdiction_how === "outside" ? words.outside : words.no_jurisdiction;
  const beside = unit && unit !== jurisdiction ? ` · ${unit}` : "";
  return `${jurisdiction}${beside}${jurisdiction_how === "nearest" ? ` (${words.nearest})` : ""}`;
}

/** The whole place in lines, for a message to a unit. */
export function said_place(place: Place, words: Words): string {
  const accuracy = place.position?.accuracy_m;
  const lines = [
    place.number && `${words.number}: ${place.number}`,
    place.address && `${words.address}: ${place.address}`,
    ...place.poles.map((pole) => said_pole(pole, words)),
    place.position && `${words.coordinates}: ${said_coordinates(place)}`,
    accuracy && words.accuracy(Math.round(accuracy)),
    place.stale && words.stale(null),
  ];
  return lines.filter(Boolean).join("\n");
}
