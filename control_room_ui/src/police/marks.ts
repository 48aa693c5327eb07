// Come here for the police desk's drawn signs.
import { svg, type TemplateResult } from "lit-html";

const drawn = (name: string, paths: TemplateResult): TemplateResult =>
  svg`<svg class="mark ${name}" viewBox="0 0 24 24" aria-hidden="true" fill="none"
    stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`;

/** A loudspeaker struck through. */
export const silent_mark = (): TemplateResult =>
  drawn(
    "silent",
    svg`<path d="M11 5 6 9H3v6h3l5 4Z" fill="currentColor" /><path d="m15.5 9.5 5 5m0-5-5 5" />`,
  );

/** An arrow that points the way. */
export const way_mark = (): TemplateResult =>
  drawn("way", svg`<path d="M12 3 20 21l-8-4.5L4 21Z" fill="currentColor" />`);

export const done_mark = (): TemplateResult =>
  drawn("done", svg`<path d="m4 12.5 5.5 5.5L20 6" />`);
