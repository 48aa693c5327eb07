// Come here for how the parts of the control room's page are put on the screen.
import { render, type TemplateResult } from "lit-html";
import { banner, bar } from "./bar.js";
import { legend, notice } from "./legend.js";
import { incident_list } from "./list.js";
import { panel } from "./panel.js";
import type { Desk, Hands, Sight } from "./sight.js";
import { languages } from "./words.js";
import type { World } from "./world.js";

const parts: Record<string, (sight: Sight) => TemplateResult> = {
  bar,
  banner,
  list: incident_list,
  panel,
  legend,
  notice,
};

export function draw_desk(world: World, desk: Desk, hands: Hands): void {
  const sight = { world, desk, hands, words: languages[desk.language] };
  document.documentElement.lang = desk.language;
  document.body.dataset.panel = desk.chosen ? "open" : "closed";
  for (const [id, part] of Object.entries(parts)) {
    const root = document.getElementById(id);
    if (root) render(part(sight), root);
  }
}
