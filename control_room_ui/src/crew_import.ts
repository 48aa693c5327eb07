// Come here for the import tab: a file, its preview with every reason, then the write.
import { html, nothing, type TemplateResult } from "lit-html";
import { reason_in } from "./crew_reasons.js";
import type { CrewView, Import } from "./crew_sight.js";
import type { AreaImport, LampImport } from "./crew_wire.js";
import { said_trouble } from "./trouble.js";
import { name_of } from "./words.js";

export function crew_import(sight: CrewView): TemplateResult {
  const { crew, words } = sight;
  return html`<div class="sheet">
    <h2>${words.import.title}</h2>
    <p class="faint">${words.import.explain}</p>
    ${crew.import === null ? door(sight) : opened(sight, crew.import)}
  </div>`;
}

function door({ crew, hands, words }: CrewView): TemplateResult {
  const said = crew.import_trouble;
  return html`<label class="door" data-test="door"
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${(event: DragEvent) => dropped(event, hands.take_file)}>
      <span class="button primary">${words.import.choose}</span> <span class="faint">${words.import.drop}</span>
      <input type="file" accept=".csv,.txt,.json,.geojson" data-test="file"
        @change=${(event: Event) => chosen(event, hands.take_file)} />
    </label>
    ${said ? html`<p class="warning none" role="alert" data-test="trouble">${words.import[said]}</p>` : nothing}`;
}

function dropped(event: DragEvent, take: (file: File) => void): void {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) take(file);
}

function chosen(event: Event, take: (file: File) => void): void {
  const field = event.target as HTMLInputElement;
  const file = field.files?.[0];
  if (file) take(file);
  field.value = "";
}

function opened(sight: CrewView, one: Import): TemplateResult {
  const { hands, words, common } = sight;
  const doing =
    one.doing === "writing" ? words.import.writing : words.import.reading(one.file.name);
  return html`
    <p class="line"><b>${one.file.name}</b>
      <button class="quiet" data-test="other-file" ?disabled=${one.doing !== null}
        @click=${() => hands.change({ import: null, import_trouble: null })}>${words.import.other_file}</button></p>
    ${one.doing ? html`<p role="status" class="doing">${doing}</p>` : nothing}
    ${
      one.trouble
        ? html`<p class="warning none" role="alert" data-test="trouble">${said_trouble(one.trouble, common)}</p>
          <button data-test="preview-again" @click=${hands.preview_again}>${words.import.preview_again}</button>`
        : nothing
    }
    ${one.lamps ? of_lamps(sight, one, one.lamps) : nothing}
    ${one.areas ? of_areas(sight, one, one.areas) : nothing}
  `;
}

type Counts = Pick<LampImport, "added" | "changed" | "unchanged" | "written">;

function counts(sight: CrewView, one: Import, found: Counts, what: string): TemplateResult {
  const { words } = sight;
  const { import: said } = words;
  return html`<section data-test="preview" data-written=${found.written}>
    <h3>${found.written ? said.written : said.preview} · ${what}</h3>
    <div class="numbers">
      ${(["added", "changed", "unchanged"] as const).map(
        (name) =>
          html`<span data-count=${name}><b>${found[name].toLocaleString()}</b> ${said[name]}</span>`,
      )}
    </div>
    ${found.written ? nothing : write(sight, one, found)}
  </section>`;
}

function write(
  { hands, words }: CrewView,
  one: Import,
  { added, changed }: Counts,
): TemplateResult {
  if (added + changed === 0) return html`<p class="faint">${words.import.nothing_to_write}</p>`;
  return html`<button class="primary" data-test="write"
    ?disabled=${one.doing !== null || one.trouble !== null} @click=${hands.write_import}>
    ${words.import.write}</button>`;
}

function of_lamps(sight: CrewView, one: Import, found: LampImport): TemplateResult {
  const { import: said } = sight.words;
  return html`
    ${counts(sight, one, found, `${found.format} · ${said.lamps} ${found.lamps.toLocaleString()}`)}
    ${found.absent > 0 ? html`<p class="warning short" data-test="absent">${said.absent_long(found.absent)}</p>` : nothing}
    ${
      found.notes.length > 0
        ? html`<ul class="notes">${found.notes.map(
            ({ name, rows, words }) =>
              html`<li><b>${said.rows(rows)}</b> ${Object.hasOwn(said.findings, name) ? said.findings[name] : words}</li>`,
          )}</ul>`
        : nothing
    }
    ${refused(sight, found)}
  `;
}

function refused({ crew, hands, words }: CrewView, found: LampImport): TemplateResult {
  const { import: said } = words;
  if (found.rejected === 0) return html`<p class="fine">${said.none_rejected}</p>`;
  return html`<section data-test="rejected">
    <h3>${said.rejected} · ${said.rows(found.rejected)}
      <button class="quiet" data-test="rejects" @click=${hands.download_rejects}>${said.download_rejects}</button></h3>
    <ul class="notes">${found.rejected_by_rule.map(
      (one) => html`<li data-rule=${one.rule}><b>${said.rows(one.rows)}</b>
        ${name_of(said.rules, one.rule)} <small class="faint">${said.example(one.row)}: ${reason_in(crew.language, one.reason)}</small></li>`,
    )}</ul>
    <details><summary>${said.first_rows(found.rejected_rows.length)}</summary>
      <div class="scrolled" tabindex="0" role="region" aria-label=${said.rejected}><table>
        <thead><tr><th>${said.row}</th><th>${said.reason}</th><th>${said.content}</th></tr></thead>
        <tbody>${found.rejected_rows.map(
          ({ row, rule, reason, cells }) => html`<tr><td>${row}</td>
            <td>${name_of(said.rules, rule)}<br /><small class="faint">${reason_in(crew.language, reason)}</small></td>
            <td>${cells.filter(Boolean).join(" · ")}</td></tr>`,
        )}</tbody>
      </table></div>
    </details>
  </section>`;
}

function of_areas(sight: CrewView, one: Import, found: AreaImport): TemplateResult {
  const { import: said } = sight.words;
  return html`
    ${counts(sight, one, found, `${found.format} · ${said.areas} ${found.areas}`)}
    ${
      found.rejected > 0
        ? html`<section data-test="rejected"><h3>${said.rejected} · ${found.rejected}</h3>
          <ul class="notes">${found.rejected_areas.map(
            ({ index, name, reason }) =>
              html`<li><b>${said.feature} ${index}</b> ${name ?? ""} <small class="faint">${reason}</small></li>`,
          )}</ul></section>`
        : nothing
    }
  `;
}
