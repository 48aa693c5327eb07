// Come here for how an incident's journal is told in plain words, known events and unknown ones.
import { html, nothing, type TemplateResult } from "lit-html";
import { when } from "./clock.js";
import type { Sight } from "./sight.js";
import type { JournalEntry } from "./wire.js";
import { name_of, type Words } from "./words.js";

type Detail = Record<string, unknown>;

export function journal_section({ desk, words }: Sight): TemplateResult {
  if (desk.journal_missing) return html`<p class="fault">${words.no_journal}</p>`;
  const now = desk.replay?.frames[desk.replay.at];
  const told = (desk.journal ?? []).filter(({ seq }) => !now || seq <= now.seq);
  const newest_first = [...told].sort((a, b) => b.seq - a.seq);
  return html`<ol class="journal" data-test="journal">
    ${newest_first.map((entry) => line(entry, desk.now, words))}
  </ol>`;
}

export function line(entry: JournalEntry, now: number | null, words: Words): TemplateResult {
  const { at, event, actor } = entry;
  const told = tell_detail(event, entry.detail, words, now);
  return html`<li data-event=${event}>
    <time>${when(at, now)}</time>
    <span>
      <b>${name_of(words.events, event)}</b>
      ${told ? html`<span>${told}</span>` : nothing} ${reason_of(entry, words)}
      ${actor ? html`<span class="faint">— ${said_actor(actor, words)}</span>` : nothing}
    </span>
  </li>`;
}

/** A person stands there as "name (role)"; whatever else acts has a name of its own. */
export function said_actor(actor: string, words: Words): string {
  const [, name, role] = /^(.+) \((\w+)\)$/.exec(actor) ?? [];
  return name && role ? `${name} (${name_of(words.roles, role)})` : name_of(words.actors, actor);
}

/** What somebody wrote is quoted; what the dispatcher gives as a reason is not. */
function reason_of({ event, reason }: JournalEntry, words: Words) {
  if (!reason) return nothing;
  if (event === "noted" || event === "closed") return html`<q>${reason}</q>`;
  const said = Object.hasOwn(words.reasons, reason) ? words.reasons[reason] : reason;
  return html`<span class="faint">${said}</span>`;
}

export function tell_detail(
  event: string,
  detail: Detail,
  words: Words,
  now: number | null,
): string {
  // Of an incident that was destroyed the journal keeps only that they have answered.
  if (event === "lamps_answered")
    return detail.asked === undefined ? "" : tell_answer(detail, words);
  return Object.entries(detail)
    .map(([key, value]) => [name_of(words.details, key), tell_value(key, value, words, now)])
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function tell_answer({ asked, silent, after_ms }: Detail, words: Words): string {
  const all = Number(asked ?? 0);
  const dark = Array.isArray(silent) ? silent.length : 0;
  return words.answered(all - dark, all, (Number(after_ms ?? 0) / 1000).toFixed(1));
}

/** Words whose meaning depends on the detail that they are given for. */
const meanings: Record<string, (words: Words) => Record<string, string>> = {
  scene: (words) => words.scenes,
  disposition: (words) => words.dispositions,
  kind: (words) => words.kinds,
  source: (words) => words.sources,
  told: (words) => words.targets,
  not_told: (words) => words.targets,
};

function tell_value(key: string, value: unknown, words: Words, now: number | null): string {
  if (value === null || value === undefined || value === false) return "";
  if (value === true) return words.yes;
  if (typeof value === "number") return String(Math.round(value * 10) / 10);
  if (typeof value === "string") return tell_word(key, value, words, now);
  if (Array.isArray(value)) return value.map((one) => tell_value(key, one, words, now)).join(" · ");
  return JSON.stringify(value);
}

/** A moment as the wire says it. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function tell_word(key: string, value: string, words: Words, now: number | null): string {
  if (MOMENT.test(value)) return when(value, now);
  // The beginning of an id is its hour: the end tells one from the next.
  if (key === "incident_id") return `…${value.slice(-5)}`;
  const known = meanings[key]?.(words) ?? {};
  return known[value] ?? value.replace(/^unit:/, "");
}
