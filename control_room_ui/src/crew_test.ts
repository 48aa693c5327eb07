// Come here for the crew's test of lamps: what is chosen, how it is started, how it goes.
import { html, nothing, type TemplateResult } from "lit-html";
import { elapsed, hour_of } from "./clock.js";
import { type CrewView, MOST_TESTED } from "./crew_sight.js";
import { nearest_first } from "./crew_street.js";
import type { LampTest } from "./crew_wire.js";
import { said_trouble } from "./trouble.js";
import { name_of } from "./words.js";

export function crew_test(sight: CrewView): TemplateResult {
  const { crew, words, common } = sight;
  return html`
    <div class="line-tools">${crew.line ? drawing(sight) : ground_tools(sight)}</div>
    ${crew.map_missing ? html`<p class="fault">${words.map_missing}</p>` : nothing}
    ${crew.test ? running(sight, crew.test) : choosing(sight)}
    ${
      crew.trouble
        ? html`<p class="warning none" role="alert" data-test="trouble">${said_trouble(crew.trouble, common)}</p>`
        : nothing
    }
  `;
}

function ground_tools({ hands, words }: CrewView): TemplateResult {
  return html`<button class="quiet" data-test="whole-district" @click=${hands.show_whole_district}>
      ${words.whole_district}</button>
    <button class="quiet" data-test="draw" @click=${() => hands.change({ line: [] })}>
      ${words.draw_line}</button>`;
}

function drawing({ hands, words }: CrewView): TemplateResult {
  return html`<span class="hint">${words.drawing}</span>
    <button class="quiet" data-test="finish-line" @click=${hands.finish_line}>${words.finish_line}</button>
    <button class="quiet" @click=${() => hands.change({ line: null })}>${words.cancel}</button>`;
}

function choosing(sight: CrewView): TemplateResult {
  const { crew, hands, words } = sight;
  const some = crew.chosen.size > 0;
  return html`<section class="choosing" aria-label=${words.test}>
    <p class="line">
      <b data-test="chosen">${some ? words.chosen(crew.chosen.size) : words.nothing_chosen}</b>
      ${some ? html`<button class="quiet" data-test="clear" @click=${() => hands.choose([])}>${words.clear}</button>` : nothing}
    </p>
    ${crew.too_many ? html`<p class="warning short">${words.too_many(MOST_TESTED)}</p>` : nothing}
    ${crew.retired === null ? nothing : html`<p class="warning" data-test="retired">${words.retired(crew.retired)}</p>`}
    ${street_of_one(sight)} ${some ? form(sight) : nothing}
  </section>`;
}

/** One lamp is chosen: its whole street is one press away. */
function street_of_one({ crew, hands, words }: CrewView) {
  const [id] = crew.chosen;
  const lamp = crew.chosen.size === 1 ? crew.lamps?.find(({ lamp_id }) => lamp_id === id) : null;
  if (!lamp?.address) return nothing;
  const street = nearest_first(
    lamp,
    (crew.lamps ?? []).filter(({ address }) => address === lamp.address),
  );
  return html`<button class="quiet wide" data-test="address"
    @click=${() => hands.choose(street.map(({ lamp_id }) => lamp_id))}>
    ${words.whole_address(lamp.address)} (${street.length})</button>`;
}

function form({ crew, hands, words }: CrewView): TemplateResult {
  return html`<div class="form">
      <span role="group" aria-label=${words.scene}>
        ${(["bright", "blink"] as const).map(
          (scene) => html`<button data-scene=${scene} aria-pressed=${crew.scene === scene}
            @click=${() => hands.change({ scene })}>${words.scenes[scene]}</button>`,
        )}
      </span>
      <span role="group" aria-label=${words.lasts}>
        ${words.durations.map(
          ([
            seconds,
            text,
          ]) => html`<button data-seconds=${seconds} aria-pressed=${crew.seconds === seconds}
            @click=${() => hands.change({ seconds })}>${text}</button>`,
        )}
      </span>
      <button class="primary" data-test="start" ?disabled=${crew.busy} @click=${hands.start_test}>
        ${crew.busy ? words.starting : words.start}</button>
    </div>
    <p class="line faint">
      <small>${words.incident_first}</small>
      <button class=${crew.armed ? "armed" : "quiet"} data-test="retire" @click=${hands.retire}>
        ${crew.armed ? words.retire_again(crew.chosen.size) : words.retire}</button>
    </p>`;
}

function running(sight: CrewView, test: LampTest): TemplateResult {
  const { crew, hands, words } = sight;
  const is_over = test.ended_at !== null;
  const left = elapsed(new Date(crew.now).toISOString(), Date.parse(test.until));
  return html`<section class="running" data-test="test" data-ended=${is_over}>
    <p class="line">
      <b>${is_over ? words.ended(hour_of(test.ended_at ?? crew.now)) : words.running(left)}</b>
      <span>${name_of(words.scenes, test.scene)}</span>
      ${
        is_over
          ? html`<button class="primary" data-test="forget" @click=${hands.forget_test}>${words.again}</button>`
          : html`<button class="primary" data-test="end" ?disabled=${crew.busy} @click=${hands.end_test}>${words.end}</button>`
      }
    </p>
    ${crew.test_unheard ? html`<p class="warning none" role="alert">${words.not_followed}</p>` : nothing}
    <div class="numbers">
      ${(["asked", "seen", "failed"] as const).map(
        (one) => html`<span data-count=${one}><b>${test[one]}</b> ${words.counts[one]}</span>`,
      )}
    </div>
    <ul class="each">${failed_first(test).map((lamp) => tested(sight, lamp))}</ul>
  </section>`;
}

const failed_first = ({ lamps }: LampTest) => {
  const turn = { failed: 0, asked: 1, seen: 2 };
  return [...lamps].sort((a, b) => turn[a.answer] - turn[b.answer]);
};

function tested({ hands, words, common }: CrewView, lamp: LampTest["lamps"][number]) {
  const faults = lamp.faults.map((fault) => name_of(common.faults, fault));
  const more = [...(lamp.outranked ? [words.outranked] : []), ...faults].join(" · ");
  return html`<li data-tested=${lamp.lamp_id} data-answer=${lamp.answer}>
    <button class="quiet" @click=${() => hands.look_at([lamp.lamp_id])}>${lamp.label || lamp.lamp_id}</button>
    <span class="answer">${name_of(words.answers, lamp.answer)}</span>
    <span class="fault">${more}</span>
  </li>`;
}
