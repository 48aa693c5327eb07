// Come here for a page that is not for whoever has opened it: words, the way to their own, the way out.
// Law: it stands before the page, which stays as it is; what the page shows is refused by the server.
import "./threshold.css";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keep_language, kept_language } from "../screen.js";
import { languages as common, first_language, type Language } from "../words.js";
import { leave, type Myself, me, ways_to_sign_in } from "./calls.js";
import { is_of_staff, is_theirs } from "./way_back.js";
import { english, korean, type ThresholdWords } from "./words_threshold.js";

const languages: Record<Language, ThresholdWords> = { ko: korean, en: english };

/** Why somebody is turned away, and what may help. */
export type Why = (words: ThresholdWords) => string;

const ID = "threshold";

export const is_turned_away = (): boolean => document.getElementById(ID) !== null;

/** Asked when the server has said that something is not theirs to do. */
export async function look_who_is_here(): Promise<void> {
  if (is_turned_away() || !is_of_staff(location.pathname)) return;
  const { way } = await ways_to_sign_in();
  if (way !== "none") mind(await me());
}

/** Whether this page is for them; if not, it says so. */
export function mind(myself: Myself): boolean {
  if (is_theirs(location.pathname, myself.pages)) return true;
  turn_away(myself, (words) => words.for_whom(location.pathname));
  return false;
}

export function turn_away(myself: Myself, why: Why): void {
  const here = document.getElementById(ID) ?? document.createElement("main");
  here.id = ID;
  document.body.append(here);
  for (const other of document.body.children)
    if (other !== here && other instanceof HTMLElement) other.inert = true;
  const draw = (language: Language) => {
    document.documentElement.lang = language;
    render(view(myself, why, language, draw), here);
  };
  draw(first_language(kept_language(), navigator.languages));
}

function view(
  myself: Myself,
  why: Why,
  language: Language,
  draw: (language: Language) => void,
): TemplateResult {
  const words = languages[language];
  const other = language === "ko" ? "en" : "ko";
  const switch_language = () => {
    keep_language(other);
    draw(other);
  };
  const roles = myself.roles.map((role) => common[language].roles[role] ?? role).join(", ");
  const home = myself.home === location.pathname ? null : myself.home;
  return html`
    <h1>${why(words)}</h1>
    <p data-test="who">${words.you_are(myself.name, roles || words.no_role)}</p>
    <ul>${myself.roles.map((role) => html`<li>${words.may[role] ?? nothing}</li>`)}</ul>
    ${home ? html`<a class="button" data-test="own-page" href=${home}>${words.own_page}</a>` : nothing}
    <div class="line">
      <button data-test="sign-out-here" @click=${leave}>${words.sign_out}</button>
      <button data-test="threshold-language" @click=${switch_language}>${words.other_language}</button>
    </div>
  `;
}
