// Come here for the short marks that an incident carries wherever it is shown.
import { html, nothing, type TemplateResult } from "lit-html";
import { is_escalated } from "./glance.js";
import type { Sight } from "./sight.js";
import type { Incident } from "./wire.js";
import { is_idle, possibly_same } from "./world.js";

export function badges({ world, words }: Sight, incident: Incident): TemplateResult {
  const { drill, silent, withdrawn, escalation } = incident;
  const same = possibly_same(world, incident).length > 0;
  return html`
    ${badge(drill, "drill", words.drill)} ${badge(silent, "silent", words.silent)}
    ${badge(is_escalated(incident), "escalated", words.escalated(escalation))}
    ${badge(is_idle(incident), "idle", words.idle)}
    ${badge(withdrawn, "withdrawn", words.withdrawn)}
    ${badge(incident.flood > 0, "flood", words.flood)}
    ${badge(incident.linked.length > 0, "linked", words.ties.is_linked)}
    ${badge(same, "same", words.possibly_same)}
  `;
}

function badge(is_there: boolean, name: string, text: string) {
  return is_there ? html`<span class="badge ${name}" data-badge=${name}>${text}</span>` : nothing;
}
