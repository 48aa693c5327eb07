// Come here for the chosen incident's lamps: asked, seen lit, awaited, failed, and what falls short.
import { html, nothing, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";
import { when } from "./clock.js";
import { type Answer, type Answers, answer, count_answers } from "./lamplight.js";
import { answer_colour } from "./palette.js";
import type { Sight } from "./sight.js";
import type { AskedLamp, Incident } from "./wire.js";
import { name_of, type Words } from "./words.js";
import { is_open, lamp_view, type World } from "./world.js";

export function lamps_section(sight: Sight, incident: Incident) {
  if (incident.erased_at) return nothing; // which they were is gone with the place
  const { world, words } = sight;
  const counts = count_answers(incident, (lamp) => lamp_view(world, lamp));
  const short = said_shortfall(incident, words);
  return html`<section class="lamps">
    <h3>${words.lamps} <span class="quality">${is_open(incident) ? said_light(sight, incident) : nothing}</span></h3>
    ${counts.asked > 0 ? numbers(counts, words) : nothing}
    ${short ? html`<p class="warning short" data-test="shortfall">${short}</p>` : nothing}
    ${incident.lamps.length > 0 ? one_by_one(sight, incident) : nothing}
  </section>`;
}

/** What light is wanted, and until when. */
function said_light({ desk, words }: Sight, { scene, light_until }: Incident): string {
  const wanted = name_of(words.scenes, scene);
  return scene === "none" || !light_until
    ? wanted
    : `${wanted} · ${words.until(when(light_until, desk.now))}`;
}

function numbers(counts: Answers, words: Words): TemplateResult {
  return html`<div class="numbers">
      <span data-count="asked"><b>${counts.asked}</b> ${words.asked}</span>
      ${number("seen", counts, words.seen)} ${number("waiting", counts, words.awaited)}
      ${number("failed", counts, words.failed)}
    </div>
    <div class="shares" aria-hidden="true">
      ${(["seen", "waiting", "failed"] as const).map((one) => share(one, counts[one]))}
    </div>`;
}

function number(one: Answer, counts: Answers, text: string): TemplateResult {
  const color = counts[one] > 0 ? answer_colour[one] : "inherit";
  return html`<span data-count=${one} style=${styleMap({ color })}><b>${counts[one]}</b> ${text}</span>`;
}

function share(one: Answer, count: number): TemplateResult {
  const look = { "flex-grow": String(count), background: answer_colour[one] };
  return html`<i style=${styleMap(look)}></i>`;
}

/** Why fewer lamps than wanted are lit; the dispatcher's own words where the code is new to us. */
export function said_shortfall(
  { shortfall, shortfall_detail }: Pick<Incident, "shortfall" | "shortfall_detail">,
  words: Words,
): string | null {
  if (!shortfall_detail) return shortfall;
  const { code, within_m, asked, silent } = shortfall_detail;
  if (!Object.hasOwn(words.shortfalls, code)) return shortfall ?? code;
  const within = within_m === null ? words.around : `${Math.round(within_m)} m`;
  return words.shortfalls[code as keyof Words["shortfalls"]](within, asked, silent);
}

function one_by_one({ world, words }: Sight, { lamps }: Incident): TemplateResult {
  return html`<details>
    <summary>${words.show_lamps(lamps.length)}</summary>
    <ul class="each">${lamps.map((lamp) => each(lamp, world, words))}</ul>
  </details>`;
}

function each(lamp: AskedLamp, world: World, words: Words): TemplateResult {
  const how = answer(lamp, lamp_view(world, lamp.lamp_id));
  const label = world.inventory.get(lamp.lamp_id)?.label;
  return html`<li data-lamp-id=${lamp.lamp_id} data-answer=${how}>
    <span>${label || lamp.lamp_id}</span>
    <span class="faint">${lamp.metres === null ? "" : `${Math.round(lamp.metres)} m`}</span>
    <span>${name_of(words.scenes, lamp.asked)}</span>
    <span style=${styleMap({ color: answer_colour[how] })}>
      ${name_of(words.answers, how)}${lamp.faults.map((fault) => ` · ${name_of(words.faults, fault)}`)}
    </span>
  </li>`;
}
