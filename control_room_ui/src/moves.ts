// Come here for the moves that an operator can make: only those that the dispatcher allows.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { allowed_moves, type Move } from "./calls.js";
import type { Sight, Wanting } from "./sight.js";
import { said_trouble } from "./trouble.js";
import type { Incident } from "./wire.js";

type Part = (sight: Sight, incident: Incident, is_usual: boolean) => TemplateResult;

const SCENES = ["blink", "bright", "none"] as const;
const DISPOSITIONS = ["genuine", "accidental", "false", "test", "duplicate"] as const;

/** What is usually done next; that button is the one that stands out. */
const usual: Record<string, Move> = {
  open: "acknowledge",
  acknowledged: "assign",
  assigned: "en-route",
  en_route: "arrive",
  on_scene: "close",
};

/** Moves that take the incident on, each with its part of the page. */
const forward: Partial<Record<Move, Part>> = {
  acknowledge: plain("acknowledge"),
  assign,
  "en-route": plain("en-route"),
  arrive: plain("arrive"),
  reopen: plain("reopen"),
};

export function moves(sight: Sight, incident: Incident): TemplateResult {
  const allowed = allowed_moves(incident);
  const next = usual[incident.state];
  // The usual step first: it is pressed in a hurry.
  const steps = allowed
    .filter((move) => forward[move])
    .sort((a, b) => Number(b === next) - Number(a === next));
  return html`<section class="moves" ?data-sending=${sight.desk.sending !== null}>
    <div class="steps">
      ${repeat(steps, String, (move) => forward[move]?.(sight, incident, move === next))}
    </div>
    ${allowed.includes("instruct") ? instruct(sight, incident) : nothing}
    ${allowed.includes("scene") ? scene(sight, incident) : nothing}
    ${allowed.includes("close") ? close(sight, incident) : nothing}
    ${trouble(sight)}
  </section>`;
}

function trouble({ desk, words }: Sight) {
  if (desk.sending) return html`<p class="sending" role="status">${words.sending}</p>`;
  if (desk.wanting && !ELSEWHERE.includes(desk.wanting)) return wanted(desk.wanting, words);
  if (desk.trouble === null) return nothing;
  const said = said_trouble(desk.trouble, words);
  return html`<p class="trouble" role="alert" data-test="trouble">${said}</p>`;
}

/** What these forms want is said beside them. */
const ELSEWHERE: readonly Wanting[] = ["text", "reason", "day"];

export const wanted = (wanting: Wanting, words: Sight["words"]): TemplateResult =>
  html`<p class="trouble" role="alert" data-test="wanting">${words.wanting[wanting]}</p>`;

function plain(move: "acknowledge" | "en-route" | "arrive" | "reopen"): Part {
  return ({ desk, hands, words }, incident, is_usual) => html`<button
    class=${is_usual ? "primary" : ""} data-move=${move} ?disabled=${desk.sending !== null}
    @click=${() => hands.move(incident, move, {})}>${words.moves[move]}</button>`;
}

/** What was typed into a form, trimmed, by the field's name. */
export function typed(event: SubmitEvent): Record<string, string> {
  event.preventDefault();
  const fields = new FormData(event.currentTarget as HTMLFormElement);
  return Object.fromEntries([...fields].map(([name, value]) => [name, String(value).trim()]));
}

function assign({ desk, hands, units, words }: Sight, incident: Incident, is_usual: boolean) {
  const send = (event: SubmitEvent) => {
    const { unit } = typed(event);
    if (unit) hands.move(incident, "assign", { unit });
    else hands.want("unit");
  };
  return html`<form class="assign" novalidate @submit=${send}>
    <datalist id="units">${units.map((unit) => html`<option value=${unit}></option>`)}</datalist>
    <input name="unit" list="units" maxlength="100" autocomplete="off" aria-label=${words.unit}
      @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
      placeholder=${words.unit_hint} value=${incident.unit ?? incident.place.unit ?? ""} />
    <button class=${is_usual ? "primary" : ""} data-move="assign" ?disabled=${desk.sending !== null}>
      ${words.moves.assign}
    </button>
  </form>`;
}

/** For whoever goes there: the whole text each time, so that nobody has to guess what still holds. */
function instruct({ desk, hands, words }: Sight, incident: Incident): TemplateResult {
  const send = (event: SubmitEvent) =>
    hands.move(incident, "instruct", { text: typed(event).text ?? "" });
  return html`<form class="line instruct" novalidate @submit=${send}>
    <input name="text" maxlength="500" autocomplete="off" aria-label=${words.instruct.title}
      placeholder=${words.instruct.hint} .value=${incident.instructions} />
    <button data-move="instruct" ?disabled=${desk.sending !== null}>${words.moves.instruct}</button>
  </form>`;
}

function scene(sight: Sight, incident: Incident): TemplateResult {
  return html`<div class="scenes" role="group" aria-label=${sight.words.scene}>
    <span class="name">${sight.words.scene}</span>
    ${SCENES.filter((one) => !(incident.silent && one === "blink")).map((one) =>
      scene_button(sight, incident, one),
    )}
  </div>`;
}

/** Light gives a hiding caller away: on a silent report it never blinks, and takes two presses. */
function scene_button({ desk, hands, words }: Sight, incident: Incident, scene: string) {
  const choice = `${incident.incident_id} ${scene}`;
  const is_dangerous = incident.silent && scene !== "none";
  const is_armed = desk.armed === choice;
  const press = () =>
    is_dangerous && !is_armed ? hands.arm(choice) : hands.move(incident, "scene", { scene });
  return html`<button data-move="scene" data-scene=${scene} class=${is_armed ? "armed" : ""}
    aria-pressed=${incident.scene === scene} ?disabled=${desk.sending !== null} @click=${press}>
    ${is_armed ? words.press_again : words.scenes[scene]}
  </button>`;
}

function close({ desk, hands, words }: Sight, incident: Incident): TemplateResult {
  const send = (event: SubmitEvent) => {
    const { disposition, text } = typed(event);
    if (!disposition) hands.want("disposition");
    else hands.move(incident, "close", text ? { disposition, text } : { disposition });
  };
  return html`<details class="close" ?open=${usual[incident.state] === "close"}>
    <summary data-test="open-close">${words.closing}…</summary>
    <form novalidate @submit=${send}>
      <div class="chips" role="radiogroup" aria-label=${words.closing} @change=${() => hands.want(null)}>${DISPOSITIONS.map((one) => chip(one, words.dispositions[one] ?? one))}</div>
      <div class="line">
        <input name="text" maxlength="500" autocomplete="off" placeholder=${words.closing_hint} />
        <button class="primary" data-move="close" ?disabled=${desk.sending !== null}>
          ${words.moves.close}
        </button>
      </div>
    </form>
  </details>`;
}

function chip(disposition: string, text: string): TemplateResult {
  return html`<label class="chip">
    <input type="radio" name="disposition" value=${disposition} />${text}
  </label>`;
}

/** The note stands beside the journal, where it will appear. */
export function note({ desk, hands, words }: Sight, incident: Incident) {
  if (!allowed_moves(incident).includes("note")) return nothing;
  const send = async (event: SubmitEvent) => {
    const form = event.currentTarget as HTMLFormElement;
    const { text } = typed(event);
    if (!text) hands.want("text");
    else if (await hands.move(incident, "note", { text })) form.reset();
  };
  return html`${desk.wanting === "text" ? html`<p class="trouble" role="alert">${words.wanting.text}</p>` : nothing}
  <form class="line note" novalidate @submit=${send}>
    <input name="text" aria-label=${words.moves.note} maxlength="500" autocomplete="off" placeholder=${words.note_hint} />
    <button data-move="note" ?disabled=${desk.sending !== null}>${words.moves.note}</button>
  </form>`;
}
