// Come here for an incident's ties: those it is linked with, and those it may be the same as.
import { html, nothing, type TemplateResult } from "lit-html";
import { allowed_moves } from "./calls.js";
import { when } from "./clock.js";
import type { Sight } from "./sight.js";
import type { Incident } from "./wire.js";
import { name_of } from "./words.js";
import { possibly_same } from "./world.js";

export function ties(sight: Sight, incident: Incident): TemplateResult {
  const { world, words } = sight;
  const similar = possibly_same(world, incident);
  return html`${row(sight, incident, "linked", words.ties.linked, incident.linked, "unlink")}
  ${row(sight, incident, "same", words.possibly_same, ids_of(similar), "link")}`;
}

const ids_of = (all: Incident[]) => all.map(({ incident_id }) => incident_id);

function row(
  sight: Sight,
  incident: Incident,
  name: string,
  title: string,
  others: readonly string[],
  move: "link" | "unlink",
) {
  if (others.length === 0) return nothing;
  return html`<div class="warning ${name}" data-ties=${name}>${title}
    ${others.map((other) => tie(sight, incident, other, move))}
  </div>`;
}

function tie(sight: Sight, incident: Incident, other: string, move: "link" | "unlink") {
  const { desk, hands, words } = sight;
  const is_allowed = allowed_moves(incident).includes(move) && !desk.replay;
  const press = () => hands.move(incident, move, { incident_id: other });
  return html`<span class="tie">
    <button class="quiet" data-same=${other} @click=${() => hands.open(other)}>
      ${said(sight, other)}
    </button>
    ${
      is_allowed
        ? html`<button class="quiet" data-move=${move} ?disabled=${desk.sending !== null} @click=${press}>
            ${words.moves[move]}
          </button>`
        : nothing
    }
  </span>`;
}

/** One that this screen has not heard of is still one press away. */
function said({ world, desk, words }: Sight, id: string): string {
  const other = world.incidents.get(id);
  return other
    ? `${when(other.opened_at, desk.now)} · ${name_of(words.states, other.state)}`
    : words.ties.another;
}
