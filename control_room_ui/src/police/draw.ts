// Come here for how the parts of the police desk are put on the screen.
import { render, type TemplateResult } from "lit-html";
import type { Incident } from "../wire.js";
import { banner, bar, case_row } from "./bar.js";
import type { Sight } from "./cab.js";
import { case_words } from "./case.js";
import { help } from "./keys.js";
import { guide, move_row } from "./moves.js";

const parts: Record<string, (sight: Sight, chosen: Incident | undefined) => TemplateResult> = {
  bar,
  banner,
  cases: case_row,
  words: case_words,
  guide,
  moves: move_row,
  over: help,
};

export function draw_cab(sight: Sight): void {
  if (document.body.dataset.choosing) return;
  const { world, desk, cab } = sight;
  const chosen = desk.chosen === null ? undefined : world.incidents.get(desk.chosen);
  document.documentElement.lang = desk.language;
  document.documentElement.dataset.light = cab.light;
  // Seen from the other seat: the whole frame of the page says that the caller hides.
  document.body.dataset.case = chosen?.silent ? "silent" : chosen?.drill ? "drill" : "plain";
  for (const [id, part] of Object.entries(parts)) {
    const root = document.getElementById(id);
    if (root) render(part(sight, chosen), root);
  }
}
