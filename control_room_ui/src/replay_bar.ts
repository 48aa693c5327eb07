// Come here for the strip above the map during a replay: that it is not live, and its controls.
import { html, nothing, type TemplateResult } from "lit-html";
import { when } from "./clock.js";
import type { Replay } from "./replay.js";
import type { Sight } from "./sight.js";
import { name_of } from "./words.js";
import { is_waiting } from "./world.js";

export function replay_bar(sight: Sight): TemplateResult {
  const { desk, hands, words } = sight;
  const { replay } = desk;
  if (!replay) return html``;
  const { replay: said } = words;
  return html`<section class="replay" data-test="replay" aria-label=${said.title}>
    <strong>${said.title}</strong> ${waiting(sight)}
    <button class="primary" data-test="end-replay" @click=${hands.end_replay}>${said.end}</button>
    ${replay.frames.length > 0 ? controls(sight, replay) : html`<span>${said.nothing_kept}</span>`}
  </section>`;
}

/** The alarm goes on for whoever calls now; so do these words. */
function waiting({ world, words }: Sight) {
  const count = [...world.incidents.values()].filter(is_waiting).length;
  return count ? html`<strong class="waiting">${words.waiting(count)}</strong>` : nothing;
}

function controls({ desk, hands, words }: Sight, replay: Replay): TemplateResult {
  const { frames, at, is_playing } = replay;
  const { replay: said } = words;
  const now = frames[at];
  const slide = (event: InputEvent) =>
    hands.replay_at(Number((event.target as HTMLInputElement).value));
  return html`<span class="controls">
    <button data-test="step-back" aria-label=${said.back} ?disabled=${at === 0}
      @click=${() => hands.replay_at(at - 1)}>◀</button>
    <button data-test="play" @click=${hands.play_or_pause}>${is_playing ? said.pause : said.play}</button>
    <button data-test="step" aria-label=${said.forward} ?disabled=${at === frames.length - 1}
      @click=${() => hands.replay_at(at + 1)}>▶</button>
    <input type="range" min="0" max=${frames.length - 1} .value=${String(at)} data-test="slider"
      aria-label=${said.moment} @input=${slide} />
    <span class="told" aria-live="polite">
      ${now ? `${when(now.at, desk.now)} · ${name_of(words.events, now.event)} · ${at + 1}/${frames.length}` : nothing}
    </span>
  </span>`;
}
