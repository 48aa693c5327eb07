// Come here for the four moves of a unit, always in the same place, and how an incident ends.
import { html, nothing, type TemplateResult } from "lit-html";
import { allowed_moves } from "../calls.js";
import { said_trouble } from "../trouble.js";
import type { Incident } from "../wire.js";
import { name_of } from "../words.js";
import { is_for_others, navigation_link, type Sight } from "./cab.js";
import { done_mark, way_mark } from "./marks.js";

export const STEPS = ["acknowledge", "en-route", "arrive", "close"] as const;
export type Step = (typeof STEPS)[number];
export const ENDINGS = ["genuine", "accidental", "false", "test", "duplicate"] as const;

/** How far along an incident in this state is: so many of the four steps are behind it. */
const behind: Record<string, number> = {
  open: 0,
  acknowledged: 1,
  assigned: 1,
  en_route: 2,
  on_scene: 3,
  closed: 4,
};

export function move_row(sight: Sight, incident: Incident | undefined): TemplateResult {
  if (!incident) return html``;
  return html`${trouble(sight)}
    ${sight.cab.closing ? endings(sight, incident) : steps(sight, incident)}`;
}

function trouble({ desk, common }: Sight) {
  if (desk.trouble === null) return nothing;
  return html`<p class="trouble" role="alert" data-test="trouble">${said_trouble(desk.trouble, common)}</p>`;
}

function steps(sight: Sight, incident: Incident): TemplateResult {
  const allowed: readonly string[] = allowed_moves(incident);
  const reached = behind[incident.state] ?? 0;
  return html`<div class="steps" role="group" aria-label=${sight.words.move_row}>
    ${STEPS.map((step, n) => {
      const is_next = n === reached && !is_for_others(sight.stations, incident);
      return button(
        sight,
        incident,
        { step, n, is_next, is_done: n < reached },
        allowed.includes(step),
      );
    })}
  </div>`;
}

interface Turn {
  step: Step;
  n: number;
  is_next: boolean;
  is_done: boolean;
}

function button(
  { desk, hands, cab, words }: Sight,
  incident: Incident,
  turn: Turn,
  is_allowed: boolean,
) {
  const { step, n, is_next, is_done } = turn;
  return html`<button data-move=${step} class=${is_next ? "next" : is_done ? "done" : ""}
    ?disabled=${!is_allowed || desk.sending !== null}
    @click=${() => take_step(step, incident, { hands, cab })}>
    ${is_done ? done_mark() : html`<kbd aria-hidden="true">${n + 1}</kbd>`}
    <span>${words.moves[step]}</span>
    ${is_done ? html`<span class="unseen">${words.done}</span>` : nothing}
  </button>`;
}

/** The last step asks how it ended; the others are done at once. */
export function take_step(
  step: Step,
  incident: Incident,
  { hands }: Pick<Sight, "hands" | "cab">,
): void {
  if (step === "close") hands.change({ closing: true });
  else void hands.move(incident, step, {});
}

function endings({ desk, hands, common, words }: Sight, incident: Incident): TemplateResult {
  return html`<div class="endings" role="group" aria-label=${words.closing}>
    <strong>${words.closing}</strong>
    ${ENDINGS.map(
      (ending, n) => html`<button data-ending=${ending} ?disabled=${desk.sending !== null}
        @click=${() => end(ending, incident, hands)}><kbd aria-hidden="true">${n + 1}</kbd>
        <span>${name_of(common.dispositions, ending)}</span></button>`,
    )}
    <button class="back" data-test="back" @click=${() => hands.change({ closing: false })}>${words.back}</button>
  </div>`;
}

export function end(ending: string, incident: Incident, hands: Sight["hands"]): void {
  hands.change({ closing: false });
  void hands.move(incident, "close", { disposition: ending });
}

/** Beside the map: one tap hands the place to a navigation app. */
export function guide({ hands, words }: Sight, incident: Incident | undefined): TemplateResult {
  const link = incident && navigation_link(incident);
  if (!link) return html``;
  return html`<a class="navigate" data-test="navigate" href=${link}>${way_mark()} ${words.navigate}</a>
    <button data-test="centre" @click=${hands.centre}>${words.show_on_map}</button>`;
}
