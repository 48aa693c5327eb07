// Come here for what the audit page shows: a function of what an auditor has looked up.
import { html, nothing, type TemplateResult } from "lit-html";
import { dated } from "../clock.js";
import { office_head } from "../office.js";
import type { Verified } from "./calls.js";
import { incidents_section } from "./incidents_view.js";
import { record_section } from "./record_view.js";
import { type Hands, type Sight, type Study, sight_of } from "./study.js";

export function audit_view(study: Study, hands: Hands): TemplateResult {
  const sight = sight_of(study, hands);
  const { words } = sight;
  return html`
    ${office_head(words.title, study, hands)}
    <p class="trouble" role="alert">${study.trouble?.(words) ?? nothing}</p>
    ${chains_section(sight)} ${incidents_section(sight)} ${record_section(sight)}
  `;
}

function chains_section(sight: Sight) {
  const { study, hands, words } = sight;
  const { verification } = study;
  if (verification === null) return nothing;
  const { chains, ends, at_work } = verification;
  return html`<section data-test="chains" ?data-at-work=${at_work}>
    <div class="line">
      <h2>${words.chains}</h2>
      <button data-do="verify" ?disabled=${at_work} @click=${hands.verify}>
        ${at_work ? words.verifying : words.verify}
      </button>
    </div>
    <p class="faint">${words.chains_why}</p>
    <div class="chains">
      ${chain(sight, "journal", chains.journal, ends.journal)}
      ${chain(sight, "record", chains.record, ends.record)}
    </div>
  </section>`;
}

function chain(
  { study, words }: Sight,
  name: string,
  found: Verified | null,
  end: number,
): TemplateResult {
  const title = words.chain[name] ?? name;
  if (found === null)
    return html`<div class="chain" data-chain=${name}><h3>${title}</h3><p>${words.not_yet}</p></div>`;
  const { at, seq, entries, erased, faults } = found;
  const state = faults.length === 0 ? "whole" : "tampered";
  const number = new Intl.NumberFormat(study.language);
  const since = Math.max(0, end - seq);
  return html`<div class="chain" data-chain=${name} data-state=${state}>
    <h3>${title}</h3>
    <p class="verdict">
      ${state === "whole" ? words.whole(number.format(entries)) : words.tampered(faults.length)}
    </p>
    <p>${words.up_to(seq, dated(at))}</p>
    ${since > 0 ? html`<p class="since" data-test="since">${words.unverified(number.format(since))}</p>` : nothing}
    ${erased > 0 ? html`<p class="faint">${words.erased(number.format(erased))}</p>` : nothing}
    ${faults.length === 0 ? nothing : html`<ul class="faults">${faults.map((one) => html`<li>${fault(one, words)}</li>`)}</ul>`}
    <details><summary>${words.hash}</summary><code>${seq}:${found.chain}</code></details>
  </div>`;
}

function fault({ seq, why }: Verified["faults"][number], words: Sight["words"]): string {
  return `${words.entry(seq)}: ${words.faults[why] ?? (why.startsWith("after entry") ? words.after_comes : why)}`;
}
