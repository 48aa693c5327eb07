// Come here for what the sign-in page shows: a function of how far somebody has got.
import { html, nothing, type TemplateResult } from "lit-html";
import type { Language } from "../words.js";
import type { WallCode } from "./calls.js";
import { qr_view } from "./qr.js";
import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";

export const languages: Record<Language, Words> = { ko: korean, en: english };

/** As the dispatcher asks it (dispatch/sign_in/keys.py). */
export const SHORTEST_PASSWORD = 12;

export interface Visitor {
  language: Language;
  /** How one signs in here; null: not known yet. */
  way: "none" | "local" | "oidc" | null;
  /** Signed in with a password that is good once: another one is to be chosen. */
  must_choose: boolean;
  /** Whoever is signed in already. */
  here: string | null;
  /** What a wall display shows until somebody has typed it elsewhere. */
  wall: WallCode | null;
  sending: boolean;
  /** Why the last try was in vain. */
  trouble: ((words: Words) => string) | null;
}

export interface Keys {
  sign_in(name: string, password: string): void;
  choose(password: string, again: string): void;
  switch_language(): void;
  sign_out(): void;
  show_code(): void;
  go_on(): void;
}

export function sign_in_view(visitor: Visitor, keys: Keys): TemplateResult {
  const words = languages[visitor.language];
  return html`
    <header class="line">
      <h1>${visitor.must_choose ? words.choose_title : words.title}</h1>
      <button class="quiet" data-test="language" @click=${keys.switch_language}>
        ${words.other_language}
      </button>
    </header>
    ${body(visitor, keys, words)}
    <p class="trouble" role="alert">${visitor.trouble?.(words) ?? nothing}</p>
  `;
}

function body(visitor: Visitor, keys: Keys, words: Words) {
  if (visitor.must_choose) return choose_form(visitor, keys, words);
  if (visitor.here !== null) return here_view(visitor.here, keys, words);
  if (visitor.way === "local") return name_form(visitor, keys, words);
  if (visitor.wall !== null) return wall_view(visitor.wall, words);
  if (visitor.way === "oidc") return provider_view(visitor, keys, words);
  if (visitor.way === "none")
    return html`<p>${words.nobody_asks}</p>
      <button data-test="go-on" @click=${keys.go_on}>${words.to_the_page}</button>`;
  return nothing;
}

function here_view(name: string, keys: Keys, words: Words): TemplateResult {
  return html`<p>${words.signed_in_as(name)}</p>
    <button data-test="go-on" @click=${keys.go_on}>${words.to_the_page}</button>
    <button class="quiet" data-test="sign-out" @click=${keys.sign_out}>${words.sign_out}</button>`;
}

function provider_view({ sending }: Visitor, keys: Keys, words: Words): TemplateResult {
  return html`<a class="button" data-test="provider" href=${provider_address()}>
      ${words.provider}
    </a>
    <button class="quiet" data-test="wall" ?disabled=${sending} @click=${keys.show_code}>
      ${words.wall}
    </button>`;
}

/** Large enough to be read from across the room. */
function wall_view(wall: WallCode, words: Words): TemplateResult {
  return html`<p>${words.wall_how}</p>
    ${qr_view(wall.verification_uri_complete ?? wall.verification_uri, words.wall_picture)}
    <p class="address">${wall.verification_uri}</p>
    <output class="code" data-test="code" aria-label=${words.wall_code}>${wall.user_code}</output>
    <p class="faint">${words.wall_waits}</p>`;
}

const provider_address = () => `/v1/sign-in/oidc${location.search}`;

function name_form({ sending }: Visitor, keys: Keys, words: Words): TemplateResult {
  const submit = (event: SubmitEvent) => {
    const said = read(event);
    keys.sign_in(said("name"), said("password"));
  };
  return html`<form @submit=${submit}>
    <label>${words.name}<input name="name" autocomplete="username" required autofocus /></label>
    <label>
      ${words.password}
      <input name="password" type="password" autocomplete="current-password" required />
    </label>
    <button ?disabled=${sending}>${words.sign_in}</button>
  </form>`;
}

function choose_form({ sending }: Visitor, keys: Keys, words: Words): TemplateResult {
  const submit = (event: SubmitEvent) => {
    const said = read(event);
    keys.choose(said("password"), said("again"));
  };
  return html`<p>${words.choose_why}</p>
    <form @submit=${submit}>
      ${new_password("password", words.new_password, words.at_least(SHORTEST_PASSWORD))}
      ${new_password("again", words.new_again)}
      <button ?disabled=${sending}>${words.choose}</button>
    </form>`;
}

function new_password(name: string, title: string, hint = ""): TemplateResult {
  return html`<label>
    ${title}
    <input
      name=${name}
      type="password"
      autocomplete="new-password"
      minlength=${SHORTEST_PASSWORD}
      required
    />
    ${hint ? html`<span class="faint">${hint}</span>` : nothing}
  </label>`;
}

function read(event: SubmitEvent): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  return (name) => String(form.get(name) ?? "");
}
