// Come here for the strip below the map: what is shown on it, and what its colours and marks mean.
import { html, nothing, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";
import { lit_lamps, looks } from "./lamplight.js";
import { answer_colour, look_colour } from "./palette.js";
import type { Sight } from "./sight.js";

const HOLLOW = ["offline", "unheard"];

export function legend(sight: Sight): TemplateResult {
  const { desk, hands, words } = sight;
  return html`
    ${desk.map_missing ? html`<p class="fault">${words.map_missing}</p>` : nothing}
    ${desk.base_missing ? html`<p class="fault" data-test="base-missing">${words.ground.base_missing}</p>` : nothing}
    <button class="quiet" data-test="whole-district" @click=${hands.show_whole_district}>
      ${words.whole_district}
    </button>
    ${toggle(sight, "jurisdictions")} ${toggle(sight, "neighbourhoods")}
    <button class="quiet" data-test="legend" aria-expanded=${desk.legend}
      @click=${() => hands.show({ legend: !desk.legend })}>${words.legend}</button>
    ${totals(sight)} ${desk.legend ? meanings(sight) : nothing}
  `;
}

/** The district's lamps in numbers: what is lit is counted as it is drawn above. */
function totals({ world, desk, words }: Sight): TemplateResult {
  if (desk.lamps_missing) return html`<span class="fault">${words.lamps_missing}</span>`;
  if (!world.totals) return html``;
  const { total, online, faulty } = world.totals;
  return html`<span class="totals" data-test="totals">
    ${words.totals(online, total)} · ${words.lit(lit_lamps(world))} ·
    <span class=${faulty ? "fault" : ""}>${words.faulty(faulty)}</span>
  </span>`;
}

/** Above the map, where the chosen incident cannot be seen on it. */
export function notice({ world, desk, words }: Sight): TemplateResult {
  const chosen = desk.chosen ? world.incidents.get(desk.chosen) : undefined;
  if (!chosen || chosen.place.position) return html``;
  const said = chosen.erased_at
    ? words.ground.chosen_is_destroyed
    : words.ground.chosen_has_no_place;
  return html`<p class="notice" data-test="notice">${said}</p>`;
}

function toggle({ desk, hands, words }: Sight, kind: "jurisdictions" | "neighbourhoods") {
  return html`<button class="quiet" data-test=${kind} aria-pressed=${desk[kind]}
    @click=${() => hands.show({ [kind]: !desk[kind] })}>${words.ground[kind]}</button>`;
}

function meanings({ desk, words }: Sight): TemplateResult {
  const lamps = looks.map((look) =>
    row(look_colour[look], words.looks[look], HOLLOW.includes(look) ? "hollow dot" : "dot"),
  );
  const answers = (["seen", "waiting", "failed", "unasked"] as const).map((answer) =>
    row(answer_colour[answer], words.answers[answer] ?? answer, `ring ${answer}`),
  );
  return html`<ul>${lamps}</ul>
    ${desk.chosen ? html`<ul>${answers}</ul>` : nothing}`;
}

function row(color: string, text: string, kind: string): TemplateResult {
  return html`<li><i class=${kind} style=${styleMap({ color })}></i>${text}</li>`;
}
