// Come here for the police desk's keys and its page that tells them.
import { html, type TemplateResult } from "lit-html";
import { allowed_moves } from "../calls.js";
import type { Incident } from "../wire.js";
import { cases, navigation_link, type Sight } from "./cab.js";
import { ENDINGS, end, STEPS, take_step } from "./moves.js";

export function help({ cab, hands, words }: Sight): TemplateResult {
  if (!cab.help) return html``;
  return html`<div class="help" role="dialog" aria-modal="true" aria-label=${words.help} data-test="keys">
    <h2>${words.help}</h2>
    <dl>${words.keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>
    <button data-test="jurisdiction" @click=${hands.change_jurisdiction}>${words.change_jurisdiction}</button>
    <button data-test="close-help" @click=${() => hands.change({ help: false })}>${words.close_help}</button>
  </div>`;
}

/** Keys that mean something wherever one is. */
const everywhere: Record<string, (sight: Sight) => void> = {
  Escape: ({ hands }) => hands.change({ help: false, closing: false }),
  "?": ({ hands, cab }) => hands.change({ help: !cab.help }),
  d: ({ hands }) => hands.switch_light(),
  l: ({ hands }) => hands.switch_language(),
  ArrowLeft: (sight) => turn(sight, -1),
  ArrowRight: (sight) => turn(sight, 1),
};

/** True if the key meant something here. */
export function press(key: string, sight: Sight): boolean {
  const name = key.length === 1 ? key.toLowerCase() : key;
  const act = Object.hasOwn(everywhere, name) ? everywhere[name] : undefined;
  if (act) act(sight);
  return act !== undefined || press_at_incident(name, sight);
}

function press_at_incident(name: string, sight: Sight): boolean {
  const chosen = sight.world.incidents.get(sight.desk.chosen ?? "");
  const number = name.length === 1 ? "12345".indexOf(name) : -1;
  if (!chosen || (name !== "n" && number < 0)) return false;
  if (name === "n") navigate(chosen);
  else press_number(number, sight, chosen);
  return true;
}

function press_number(number: number, sight: Sight, chosen: Incident): void {
  const step = STEPS[number];
  const ending = ENDINGS[number];
  if (sight.cab.closing) {
    if (ending) end(ending, chosen, sight.hands);
  } else if (step && allowed_moves(chosen).includes(step)) take_step(step, chosen, sight);
}

function navigate(incident: Incident): void {
  const link = navigation_link(incident);
  if (link) location.href = link;
}

function turn({ world, desk, hands }: Sight, by: number): void {
  const ids = cases(world).map(({ incident_id }) => incident_id);
  const at = ids.indexOf(desk.chosen ?? "");
  const next = ids[(at + by + ids.length) % ids.length];
  if (next) hands.choose(next);
}
