// Come here for the desk's list of walks home: the gravest first, with what the machine saw.
// Law: nothing tells where somebody is but what the dispatcher shows of walks that went wrong.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { elapsed, hour_of } from "./clock.js";
import type { Sight } from "./sight.js";
import type { DeskWalk, Walks } from "./wire_walks.js";
import { name_of, type Words } from "./words.js";

/** A phone with less may be gone before anybody comes. */
const LOW_BATTERY = 15;

/** One phone falls silent in a lift; most of them at once do where a network is down. */
const FEWEST_SILENT = 5;
export function network_is_down(walks: Walks | null | undefined): boolean {
  if (!walks) return false;
  return walks.unheard >= FEWEST_SILENT && 2 * walks.unheard > walks.total - walks.paused;
}

export function walk_list(sight: Sight): TemplateResult {
  const { world, words } = sight;
  const {
    total = 0,
    unheard = 0,
    attention = [],
    watched = [],
    needing_attention = 0,
  } = world.walks ?? {};
  const unlisted = needing_attention - attention.length;
  return html`
    <p class="walking" data-test="walking">${words.walks.under_way(total)}</p>
    ${unheard ? html`<p class="walking ${network_is_down(world.walks) ? "fault" : "faint"}">${words.walks.unheard(unheard)}</p>` : nothing}
    ${items(sight, attention)}
    ${attention.length ? nothing : html`<p class="nobody">${words.walks.nobody}</p>`}
    ${unlisted > 0 ? html`<p class="faint walking">${words.walks.unlisted(unlisted)}</p>` : nothing}
    ${watched.length ? html`<h3 class="walking">${words.walks.watched}</h3>${items(sight, watched)}` : nothing}
  `;
}

function items(sight: Sight, walks: readonly DeskWalk[]) {
  return repeat(
    walks,
    (one) => one.walk_id,
    (one) => item(sight, one),
  );
}

function item(sight: Sight, walk: DeskWalk): TemplateResult {
  const { desk, words } = sight;
  const since = walk.alarm?.at ?? walk.asked_at;
  return html`<article class="item walk" data-walk-id=${walk.walk_id} data-walk-state=${walk.state}
    ?data-silent=${walk.alarm?.silent}>
    <span class="line">
      <span class="state">${name_of(words.walks.states, state_of(walk))}</span>
      <span class="clock">${since ? elapsed(since, desk.now) : nothing}</span>
    </span>
    ${seen(sight, walk)} ${what_next(sight, walk)}
    <span class="faint">${phone(sight, walk)}</span>
    ${ways(sight, walk)}
  </article>`;
}

/** What was called in silence is shown as called: only the phone must not know. */
const state_of = ({ state, alarm }: DeskWalk) => (alarm ? "alarmed" : state);

/** What the machine saw, and why it asked. */
function seen({ desk: { language } }: Sight, { alarm, why }: DeskWalk) {
  const lines = alarm ? [alarm.words] : why.map((cause) => cause.words);
  if (lines.length === 0) return nothing;
  return html`<ul class="why" data-test="why">
    ${lines.map((one) => html`<li>${one[language]}</li>`)}
  </ul>`;
}

function what_next({ desk, words }: Sight, walk: DeskWalk) {
  const { help_at, said_fine } = walk;
  const left = help_at ? Math.max(0, Math.ceil((Date.parse(help_at) - desk.now) / 1000)) : null;
  const parts = [
    said_fine ? words.walks.said_fine : "",
    left === null ? "" : words.walks.help_in(minutes_and_seconds(left)),
    who_is_told(walk, words),
  ];
  const untold = walk.guardian_alarm_at;
  return html`${parts.filter(Boolean).map((one) => html`<span class="next">${one}</span>`)}
    ${untold ? html`<span class="next untold" data-test="walk-untold">${words.walks.telephone(hour_of(untold))}</span>` : nothing}`;
}

/** Whether a guardian knows: the desk may have to telephone instead. */
function who_is_told(walk: DeskWalk, { walks }: Words): string {
  const { guardians, guardian_told_at, guardian_untold } = walk;
  if (guardian_told_at) return walks.guardian_told(hour_of(guardian_told_at));
  if (guardian_untold) return walks.untold(name_of(walks.untold_why, guardian_untold));
  return guardians > 0 ? walks.guardians(guardians) : "";
}

const minutes_and_seconds = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function phone({ desk, words }: Sight, { heard_at, battery }: DeskWalk): string {
  const low = battery !== null && battery <= LOW_BATTERY ? words.walks.battery(battery) : "";
  return [words.walks.heard(elapsed(heard_at, desk.now)), low].filter(Boolean).join(" · ");
}

function ways({ hands, words }: Sight, { alarm, position, fixed_at }: DeskWalk) {
  const id = alarm?.incident_id;
  if (!id && !position) return nothing;
  return html`<span class="ways">
    ${id ? html`<button data-test="walk-incident" @click=${() => hands.open(id)}>${words.walks.incident}</button>` : nothing}
    ${
      position
        ? html`<button class="quiet" data-test="walk-place" @click=${() => hands.look_at_place(position)}>
            ${words.walks.place(fixed_at ? hour_of(fixed_at) : "")}
          </button>`
        : nothing
    }
  </span>`;
}
