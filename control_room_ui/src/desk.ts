// Come here for how the parts of the control room's page are put on the screen.
import { render, type TemplateResult } from "lit-html";
import { banner, bar } from "./bar.js";
import { help, open_or_close } from "./help.js";
import { legend, notice } from "./legend.js";
import { whole_list } from "./list.js";
import { panel } from "./panel.js";
import { replay_bar } from "./replay_bar.js";
import type { State } from "./room.js";
import type { Desk, Hands, Sight } from "./sight.js";
import type { Area } from "./wire.js";
import { languages } from "./words.js";
import type { World } from "./world.js";

/** Of the live world, whatever else is looked at. */
const live: Record<string, (sight: Sight) => TemplateResult> = {
  bar,
  banner,
  list: whole_list,
  replay: replay_bar,
  help,
};

/** Of what is looked at: the live world, or a replay. */
const looked_at: Record<string, (sight: Sight) => TemplateResult> = { panel, legend, notice };

export function draw_desk(state: State, shown: World, hands: Hands): void {
  const { world, desk, areas } = state;
  document.documentElement.lang = desk.language;
  document.body.dataset.panel = desk.chosen ? "open" : "closed";
  document.body.dataset.replay = desk.replay ? "on" : "off";
  const words = languages[desk.language];
  const units = units_of(areas);
  put(live, { world, desk, units, hands, words });
  put(looked_at, { world: shown, desk: { ...desk, now: now_of(desk) }, units, hands, words });
  open_or_close(desk.help);
}

/** Each once, in the order of the alphabet. */
function units_of(areas: readonly Area[]): string[] {
  return [...new Set(areas.flatMap(({ properties }) => properties.unit ?? []))].sort();
}

/** In a replay clocks stand where they stood then. */
function now_of({ now, replay }: Desk): number {
  const frame = replay?.frames[replay.at];
  return frame ? Date.parse(frame.at) : now;
}

function put(parts: Record<string, (sight: Sight) => TemplateResult>, sight: Sight): void {
  for (const [id, part] of Object.entries(parts)) {
    const root = document.getElementById(id);
    if (root) render(part(sight), root);
  }
}
