// Come here for what the accounts page shows: a function of what an administrator has fetched.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { when } from "../clock.js";
import { typed } from "../moves.js";
import { office_head } from "../office.js";
import type { Myself } from "../sign_in/calls.js";
import { languages as desk_languages, type Language, name_of } from "../words.js";
import type { Account, Once, Rights, Role, Session } from "./calls.js";
import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";

export const languages: Record<Language, Words> = { ko: korean, en: english };

export const ROLES: readonly Role[] = [
  "operator",
  "supervisor",
  "police",
  "crew",
  "administrator",
  "auditor",
];

export interface Office {
  language: Language;
  now: number;
  /** null: nobody is asked to sign in, or not known yet. */
  myself: Myself | null;
  /** null: on their way. */
  accounts: readonly Account[] | null;
  sessions: readonly Session[];
  /** The jurisdictions that there are; null: not known yet. */
  known: readonly string[] | null;
  /** Whose roles are being changed. */
  editing: string | null;
  /** Whose account was to be added, and had been revoked: pressing again lets them in again. */
  revoked: string | null;
  /** What must be pressed again. */
  armed: string | null;
  /** Said this once. */
  secret: ({ name: string } & Once) | null;
  sending: boolean;
  trouble: ((words: Words) => string) | null;
}

export interface Hands {
  add(name: string, rights: Rights): Promise<boolean>;
  edit(name: string | null): void;
  change(name: string, rights: Rights): void;
  reset(name: string): void;
  revoke(name: string): void;
  end(session_id: string): void;
  arm(choice: string): void;
  has_noted(): void;
  switch_language(): void;
}

interface Sight {
  office: Office;
  hands: Hands;
  words: Words;
}

export function office_view(office: Office, hands: Hands): TemplateResult {
  const words = languages[office.language];
  const sight = { office, hands, words };
  return html`
    ${office_head(words.title, office, hands)}
    <p class="trouble" role="alert">${office.trouble?.(words) ?? nothing}</p>
    ${secret(sight)}
    ${office.accounts === null ? nothing : html`${people(sight, office.accounts)} ${newcomer(sight)} ${present(sight)}`}
  `;
}

function secret({ office, hands, words }: Sight) {
  if (office.secret === null) return nothing;
  const { name, one_time_password, one_time_until } = office.secret;
  return html`<section class="secret" role="status" data-test="secret">
    <p>${words.said_once(name)} ${one_time_until ? words.good_until(when(one_time_until, office.now)) : nothing}</p>
    <output>${one_time_password}</output>
    <button @click=${hands.has_noted}>${words.noted}</button>
  </section>`;
}

function people(sight: Sight, accounts: readonly Account[]): TemplateResult {
  const { words } = sight;
  return html`<section>
    <h2>${words.accounts}</h2>
    <p class="faint">${words.by_provider}</p>
    <div class="wide"><table>
      <thead><tr><th>${words.name}</th><th>${words.roles}</th><th>${words.state}</th><th></th></tr></thead>
      <tbody>${repeat(
        accounts,
        ({ name }) => name,
        (one) => person(sight, one),
      )}</tbody>
    </table></div>
  </section>`;
}

function person(sight: Sight, account: Account): TemplateResult {
  const { office } = sight;
  const { name, revoked_at } = account;
  const is_edited = office.editing === name;
  return html`<tr data-account=${name} ?data-revoked=${revoked_at !== null}>
    <td>${name}</td>
    <td>${is_edited ? editor(sight, account) : said_rights(sight, account)}</td>
    <td>${said_state(sight, account)}</td>
    <td><div class="buttons">${revoked_at === null && !is_edited ? buttons(sight, name) : nothing}</div></td>
  </tr>`;
}

function said_state({ office, words }: Sight, account: Account): string {
  if (account.revoked_at) return words.revoked(when(account.revoked_at, office.now));
  if (!account.must_choose_password) return words.works;
  const until = account.one_time_until;
  if (until === null) return words.first;
  const is_over = Date.parse(until) <= office.now;
  return is_over ? words.too_late : `${words.first} (${words.good_until(when(until, office.now))})`;
}

function said_rights({ office, words }: Sight, { roles, jurisdictions }: Account): string {
  const names = desk_languages[office.language].roles;
  const said = roles.map((role) => name_of(names, role)).join(", ") || words.no_role;
  return jurisdictions.length > 0 ? `${said} (${jurisdictions.join(", ")})` : said;
}

function buttons(sight: Sight, name: string): TemplateResult {
  const { hands, office, words } = sight;
  return html`
    <button data-do="change" ?disabled=${office.sending} @click=${() => hands.edit(name)}>
      ${words.change}
    </button>
    ${armed(sight, "reset", name, words.reset, () => hands.reset(name))}
    ${armed(sight, "revoke", name, words.revoke, () => hands.revoke(name))}
  `;
}

/** Whoever is meant loses their sessions at once: it takes two presses. */
function armed(sight: Sight, what: string, whom: string, title: string, act: () => void) {
  const { hands, office, words } = sight;
  const choice = `${what} ${whom}`;
  const is_armed = office.armed === choice;
  return html`<button data-do=${what} class=${is_armed ? "armed" : ""} ?disabled=${office.sending}
    @click=${() => (is_armed ? act() : hands.arm(choice))}>${is_armed ? words.press_again : title}</button>`;
}

function editor(sight: Sight, account: Account): TemplateResult {
  const { hands, office, words } = sight;
  const send = (event: SubmitEvent) => hands.change(account.name, rights_in(event));
  return html`<form @submit=${send}>
    ${rights_fields(sight, account.roles, account.jurisdictions)}
    <button class="primary" ?disabled=${office.sending}>${words.save}</button>
    <button type="button" @click=${() => hands.edit(null)}>${words.cancel}</button>
  </form>`;
}

function rights_fields({ office, words }: Sight, roles: readonly string[], of: readonly string[]) {
  const names = desk_languages[office.language].roles;
  return html`<fieldset>
      <legend>${words.roles}</legend>
      ${ROLES.map(
        (role) => html`<label class="tick">
          <input type="checkbox" name="role" value=${role} ?checked=${roles.includes(role)} />
          ${name_of(names, role)}
        </label>`,
      )}
    </fieldset>
    <label>${words.jurisdictions}
      <input name="jurisdictions" type="text" maxlength="500" autocomplete="off" value=${of.join(", ")} />
      <span class="faint" data-test="known">${words.known(office.known)}</span>
    </label>`;
}

function rights_in(event: SubmitEvent): Rights {
  const ticked = new FormData(event.currentTarget as HTMLFormElement).getAll("role");
  const { jurisdictions } = typed(event);
  return {
    roles: ROLES.filter((role) => ticked.includes(role)),
    jurisdictions: words_in(jurisdictions ?? ""),
  };
}

/** What stands between commas. */
export function words_in(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function newcomer(sight: Sight): TemplateResult {
  const { hands, office, words } = sight;
  const send = async (event: SubmitEvent) => {
    const form = event.currentTarget as HTMLFormElement;
    const { name } = typed(event);
    if (name && (await hands.add(name, rights_in(event)))) form.reset();
  };
  return html`<section>
    <h2>${words.add_title}</h2>
    <form class="newcomer" data-test="newcomer" @submit=${send}>
      <label>${words.name}
        <input name="name" type="text" maxlength="64" autocomplete="off" required />
      </label>
      ${rights_fields(sight, [], [])}
      <button class="primary" ?disabled=${office.sending}>${office.revoked === null ? words.add : words.add_again(office.revoked)}</button>
    </form>
  </section>`;
}

function present(sight: Sight): TemplateResult {
  const { hands, office, words } = sight;
  const row = ({ session_id, name, source, made_at, seen_at }: Session) =>
    html`<tr data-session=${session_id}>
      <td>${name}</td><td>${source}</td>
      <td>${when(made_at, office.now)}</td><td>${when(seen_at, office.now)}</td>
      <td><div class="buttons">${armed(sight, "end", session_id, words.end, () => hands.end(session_id))}</div></td>
    </tr>`;
  return html`<section>
    <h2>${words.sessions}</h2>
    ${
      office.sessions.length === 0
        ? html`<p>${words.nobody}</p>`
        : html`<div class="wide"><table>
            <thead><tr><th>${words.name}</th><th>${words.from}</th><th>${words.since}</th><th>${words.last}</th><th></th></tr></thead>
            <tbody>${repeat(office.sessions, ({ session_id }) => session_id, row)}</tbody>
          </table></div>`
    }
  </section>`;
}
