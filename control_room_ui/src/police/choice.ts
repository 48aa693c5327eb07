// Come here for the first screen of a tablet: which jurisdiction is ours.
import { html, nothing, render, type TemplateResult } from "lit-html";
import * as calls from "../calls.js";
import type { Myself } from "../sign_in/calls.js";
import { turn_away } from "../sign_in/threshold.js";
import type { Language } from "../words.js";
import { keep_jurisdiction, own_jurisdictions, police_words } from "./cab.js";
import type { PoliceWords } from "./words_police_ko.js";

const ASK_AGAIN_MS = 3_000;

interface Shown {
  words: PoliceWords;
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
    render(choice({ words, unknown, names, missing }), over);
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

function choice({ words, unknown, names, missing }: Shown): TemplateResult {
  return html`<div class="choice" data-test="choice">
    <h1>${words.choose}</h1>
    ${unknown ? html`<p class="trouble" role="alert">${words.unknown_jurisdiction(unknown)}</p>` : nothing}
    <p>${words.choose_why}</p>
    ${missing ? html`<p role="status">${words.no_areas}</p>` : nothing}
    <ul>${names.map((name) => html`<li><button data-jurisdiction=${name} @click=${() => go(name)}>${name}</button></li>`)}</ul>
  </div>`;
}

function go(name: string): void {
  keep_jurisdiction(name);
  location.replace(location.pathname);
}
