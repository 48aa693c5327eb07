// Come here for who has not been told, and for working that off: told by telephone, or sent again.
// Law: what is said here of a letter is what it is about and to whom, never what it says.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { when } from "./clock.js";
import { typed } from "./moves.js";
import type { Sight } from "./sight.js";
import { said_trouble } from "./trouble.js";
import type { Incident } from "./wire.js";
import { type Untaken, untaken } from "./wire_letters.js";
import type { Words } from "./words.js";

/** The gateway to walkers' guardians: what it is told is about a walk, which is no incident. */
const GUARDIANS = "guardian";

export const said_target = (target: string, words: Words): string =>
  words.targets[target] ?? target.replace(/^unit:/, "");

/** Everybody who has not been told, of open and of closed incidents. */
export function untold_list(sight: Sight): TemplateResult {
  const { desk, words } = sight;
  const groups = untaken(desk.letters ?? []);
  return html`<div class="items" data-list="untold">
    <p class="walking">${words.letters.what}</p>
    ${amiss(sight)}
    ${repeat(groups, key, (one) => item(sight, one, true))}
    ${groups.length ? nothing : html`<p class="nobody">${desk.letters ? words.letters.none : "…"}</p>`}
  </div>`;
}

/** Beside a chosen incident its moves say it. */
function amiss({ desk, words }: Sight) {
  if (desk.chosen) return nothing;
  if (desk.wanting === "whom")
    return html`<p class="trouble" role="alert">${words.wanting.whom}</p>`;
  if (desk.trouble === null) return nothing;
  return html`<p class="trouble" role="alert">${said_trouble(desk.trouble, words)}</p>`;
}

/** Of the chosen incident. */
export function untold_of(sight: Sight, incident: Incident) {
  const { desk, words } = sight;
  const mine = (desk.letters ?? []).filter((one) => one.incident_id === incident.incident_id);
  if (mine.length === 0) return nothing;
  return html`<section class="keeping" data-test="untold">
    <h3>${words.letters.title}</h3>
    ${repeat(untaken(mine), key, (one) => item(sight, one, false))}
  </section>`;
}

const key = ({ target, incident_id }: Untaken) => `${target} ${incident_id}`;

function item(sight: Sight, one: Untaken, is_listed: boolean): TemplateResult {
  const { desk, words } = sight;
  const { letters } = one;
  const [first] = letters;
  const tried = Math.max(...letters.map(({ attempts }) => attempts));
  const is_dead = letters.some(({ state }) => state === "dead");
  return html`<div class="untaken" data-target=${one.target} data-dead=${is_dead}>
    <p><b>${said_target(one.target, words)}</b>
      ${first ? words.letters.since(when(first.made_at, desk.now), tried) : nothing}</p>
    <p class="faint">${is_dead ? words.letters.given_up : words.letters.waiting}</p>
    ${is_listed ? about(sight, one) : nothing} ${form(sight, one)}
  </div>`;
}

function about({ world, desk, hands, words }: Sight, { target, incident_id }: Untaken) {
  if (target === GUARDIANS) return html`<p class="faint">${words.letters.of_a_walk}</p>`;
  const known = world.incidents.get(incident_id);
  const where = known?.place.address ?? (known ? words.no_address : words.letters.open);
  const at = known ? `${when(known.opened_at, desk.now)} · ` : "";
  return html`<button data-test="open-untold" @click=${() => hands.open(incident_id)}>${at}${where}</button>`;
}

function form({ desk, hands, words }: Sight, one: Untaken): TemplateResult {
  const send = async (event: SubmitEvent) => {
    const form = event.currentTarget as HTMLFormElement;
    const { text } = typed(event);
    if (!text) hands.want("whom");
    else if (await hands.told(one, text)) form.reset();
  };
  return html`<form class="line" novalidate @submit=${send}>
    <input name="text" maxlength="500" autocomplete="off" aria-label=${words.letters.whom}
      placeholder=${words.letters.whom} />
    <button data-test="told" ?disabled=${desk.is_telling}>${words.letters.told}</button>
    <button type="button" data-test="retry" ?disabled=${desk.is_telling}
      @click=${() => hands.tell_again(one)}>${words.letters.again}</button>
  </form>`;
}
