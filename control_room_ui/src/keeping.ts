// Come here for how long the chosen incident is kept, and what a supervisor can do about that.
import { html, nothing, type TemplateResult } from "lit-html";
import { allowed_moves } from "./calls.js";
import { when } from "./clock.js";
import { typed, wanted } from "./moves.js";
import type { Sight } from "./sight.js";
import type { Incident } from "./wire.js";
import { is_open } from "./world.js";

/** As the dispatcher has it (dispatch/plan.py). */
const LONGEST_HOLD_DAYS = 180;
const USUAL_HOLD_DAYS = 30;
const DAY_MS = 86_400_000;

/** The end of a day on this screen's calendar; null where none was chosen. */
export function end_of_day(day: string): string | null {
  const end = new Date(`${day}T23:59:00`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/** A day so many days from now, as a field of a form says it. */
export function day_after(now: number, days: number): string {
  const day = new Date(now + days * DAY_MS);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

export function keeping(sight: Sight, incident: Incident) {
  if (is_open(incident) && !incident.hold) return nothing;
  const { desk, words } = sight;
  const is_supervisor = desk.myself === null || desk.myself.roles.includes("supervisor");
  return html`<section class="keeping" data-test="keeping">
    <h3>${words.keeping.title}</h3>
    <p data-kept=${incident.erased_at ? "erased" : incident.hold ? "held" : "for-now"}>
      ${said(sight, incident)}
    </p>
    ${is_supervisor && !incident.erased_at ? choices(sight, incident) : nothing}
    ${desk.wanting === "reason" || desk.wanting === "day" ? wanted(desk.wanting, words) : nothing}
  </section>`;
}

/** When place and words were destroyed, and why, as far as the journal has come; null: they are kept. */
export function said_erasure({ desk, words }: Sight, { erased_at }: Incident): string | null {
  if (!erased_at) return null;
  const entry = (desk.journal ?? []).find(({ event }) => event === "erased");
  const destroyed = words.keeping.erased(when(erased_at, desk.now));
  if (!entry) return destroyed;
  if (entry.actor === "clock") return `${destroyed} ${words.keeping.over}`;
  return entry.reason ? `${destroyed} ${words.keeping.asked_for(entry.reason)}` : destroyed;
}

function said(sight: Sight, incident: Incident): string {
  const { desk, words } = sight;
  const { erased_at, hold, kept_until } = incident;
  if (erased_at) return words.keeping.nothing_left; // when and why stands where the place was
  if (hold) return words.keeping.held(hold.reason, when(hold.until, desk.now));
  return kept_until ? words.keeping.until(when(kept_until, desk.now)) : words.keeping.while_open;
}

function choices(sight: Sight, incident: Incident): TemplateResult {
  const allowed = allowed_moves(incident);
  return html`<details>
    <summary data-test="open-keeping">${sight.words.keeping.change}…</summary>
    ${allowed.includes("hold") ? hold(sight, incident) : nothing}
    ${allowed.includes("release") ? release(sight, incident) : nothing}
    ${allowed.includes("erase") ? erase(sight, incident) : nothing}
  </details>`;
}

function hold(sight: Sight, incident: Incident): TemplateResult {
  const { desk, hands, words } = sight;
  const send = (event: SubmitEvent) => {
    const { text, until } = typed(event);
    const end = end_of_day(until ?? "");
    if (!text) hands.want("reason");
    else if (!end) hands.want("day");
    else hands.move(incident, "hold", { text, until: end });
  };
  return html`<form class="line" novalidate @submit=${send}>
    ${reason(words.keeping.hold_reason)}
    <input name="until" type="date" aria-label=${words.keeping.hold_until}
      min=${day_after(desk.now, 1)} max=${day_after(desk.now, LONGEST_HOLD_DAYS - 1)}
      value=${day_after(desk.now, USUAL_HOLD_DAYS)} />
    <button data-move="hold" ?disabled=${desk.sending !== null}>${words.moves.hold}</button>
  </form>`;
}

function release(sight: Sight, incident: Incident): TemplateResult {
  const { desk, hands, words } = sight;
  const send = (event: SubmitEvent) => {
    const { text } = typed(event);
    if (!text) hands.want("reason");
    else hands.move(incident, "release", { text });
  };
  return html`<form class="line" novalidate @submit=${send}>
    ${reason(words.keeping.release_reason)}
    <button data-move="release" ?disabled=${desk.sending !== null}>${words.moves.release}</button>
  </form>`;
}

/** It cannot be taken back: it takes a reason and two presses. */
function erase(sight: Sight, incident: Incident): TemplateResult {
  const { desk, hands, words } = sight;
  const choice = `${incident.incident_id} erase`;
  const is_armed = desk.armed === choice;
  const send = (event: SubmitEvent) => {
    const { text } = typed(event);
    if (!text) hands.want("reason");
    else if (is_armed) hands.move(incident, "erase", { text });
    else hands.arm(choice);
  };
  return html`<form class="line" novalidate @submit=${send}>
    ${reason(words.keeping.erase_reason)}
    <button data-move="erase" class=${is_armed ? "armed" : ""} ?disabled=${desk.sending !== null}>
      ${is_armed ? words.keeping.erase_again : words.moves.erase}
    </button>
    <small>${words.keeping.erase_alone}</small>
  </form>`;
}

function reason(title: string): TemplateResult {
  return html`<input name="text" maxlength="500" autocomplete="off" aria-label=${title}
    placeholder=${title} />`;
}
