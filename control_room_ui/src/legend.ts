// Come here for what the colours and marks on the map mean, in words.
import { html, nothing, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";
import { looks } from "./lamplight.js";
import { answer_colour, look_colour } from "./palette.js";
import type { Sight } from "./sight.js";

/** On a low screen the legend would cover the street; it opens with one press. */
const is_roomy = window.innerHeight >= 800;

const HOLLOW = ["offline", "unheard"];

export function legend({ desk, hands, words }: Sight): TemplateResult {
  const lamps = looks.map((look) =>
    row(look_colour[look], words.looks[look], HOLLOW.includes(look) ? "hollow dot" : "dot"),
  );
  const answers = (["seen", "waiting", "failed", "unasked"] as const).map((answer) =>
    row(answer_colour[answer], words.answers[answer] ?? answer, `ring ${answer}`),
  );
  return html`
    ${desk.map_missing ? html`<p class="fault">${words.map_missing}</p>` : nothing}
    <button class="quiet" data-test="whole-district" @click=${hands.show_whole_district}>
      ${words.whole_district}
    </button>
    <details ?open=${is_roomy}>
      <summary>${words.legend}</summary>
      <ul>${lamps}</ul>
      ${desk.chosen ? html`<ul>${answers}</ul>` : nothing}
    </details>
  `;
}

function row(color: string, text: string, kind: string): TemplateResult {
  return html`<li><i class=${kind} style=${styleMap({ color })}></i>${text}</li>`;
}
