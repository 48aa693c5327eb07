// Come here for the head of a page that is read at an office's desk: what it is, who reads it, ways on.
import { html, type TemplateResult } from "lit-html";
import { signed_in } from "./sign_in/badge.js";
import type { Myself } from "./sign_in/calls.js";
import { elsewhere } from "./sign_in/elsewhere.js";
import { type Language, languages } from "./words.js";

export function office_head(
  title: string,
  { language, myself }: { language: Language; myself: Myself | null },
  { switch_language }: { switch_language(): void },
): TemplateResult {
  const words = languages[language];
  return html`<header>
    <h1>${title}</h1>
    ${elsewhere(myself, words)}
    <span class="gap"></span>
    <button class="quiet" data-test="language" @click=${switch_language}>${words.other_language}</button>
    ${signed_in(myself, words)}
  </header>`;
}
