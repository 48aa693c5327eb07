// Come here for the first screen of a tablet: which jurisdiction is ours.
import { html, nothing, render, type TemplateResult } from "lit-html";
import * as calls from "../calls.js";
import { keep_language } from "../screen.js";
import { signed_in } from "../sign_in/badge.js";
import type { Myself } from "../sign_in/calls.js";
import { elsewhere } from "../sign_in/elsewhere.js";
import { turn_away } from "../sign_in/threshold.js";
import { type Language, languages } from "../words.js";
import { keep_jurisdiction, own_jurisdictions, police_words } from "./cab.js";
import type { PoliceWords } from "./words_police_ko.js";

const ASK_AGAIN_MS = 3_000;

interface Shown {
  language: Language;
  words: PoliceWords;
  myself: Myself | null;
  /** Asked for before, but not known. */
  unknown: string | null;
  names: readonly string[];
  missing: boolean;
}

export function let_choose(
  language: Language,
  unknown: string | null,
  myself: Myself | null,
): void {
  const over = document.getElementById("over");
  if (!over) return;
  const words = police_words[language];
  document.title = words.product;
  document.body.dataset.choosing = "yes";
  const draw = (names: readonly string[], missing: boolean) =>
    render(choice({ language, words, myself, unknown, names, missing }), over);
  draw([], false);
  void ask(draw, myself);
}

async function ask(
  draw: (names: readonly string[], missing: boolean) => void,
  myself: Myself | null,
): Promise<void> {
  try {
    const { features } = await calls.areas();
    const known = features.filter(({ properties }) => properties.kind === "jurisdiction");
    const own = own_jurisdictions(myself);
    const names = known.map(({ properties }) => properties.name).sort();
    const ours = own ? names.filter((name) => own.includes(name)) : names;
    draw(ours, known.length === 0);
    if (myself && own && ours.length === 0)
      return turn_away(myself, (words) => words.unknown_jurisdiction(own.join(", ")));
  } catch {
    draw([], true);
  }
  // Asked again while nothing can be chosen: the server may be starting, or an import under way.
  if (!document.querySelector("[data-jurisdiction]"))
    setTimeout(() => void ask(draw, myself), ASK_AGAIN_MS);
}

function choice({ language, words, myself, unknown, names, missing }: Shown): TemplateResult {
  const common = languages[language];
  const other = language === "ko" ? "en" : "ko";
  return html`<div class="choice" data-test="choice">
    <header class="line">
      ${elsewhere(myself, common)}
      <span class="gap"></span>
      <button data-test="language" lang=${other} @click=${() => switch_to(other)}>${words.other_language}</button>
      ${signed_in(myself, common)}
    </header>
    <h1>${words.choose}</h1>
    ${unknown ? html`<p class="trouble" role="alert">${words.unknown_jurisdiction(unknown)}</p>` : nothing}
    <p>${words.choose_why}</p>
    ${missing ? html`<p role="status">${words.no_areas}</p>` : nothing}
    <ul>${names.map((name) => html`<li><button data-jurisdiction=${name} @click=${() => go(name)}>${name}</button></li>`)}</ul>
  </div>`;
}

function switch_to(language: Language): void {
  keep_language(language);
  location.reload();
}

function go(name: string): void {
  keep_jurisdiction(name);
  location.replace(location.pathname);
}
