// Come here to see how a lamp's state, and its answer to an order, become one word for the screen.
import type { AskedLamp, Incident, LampView } from "./wire.js";
import { lamp_view, type World } from "./world.js";

/** What a lamp looks like on the map, the most urgent truth first. */
export const looks = [
  "blink",
  "bright",
  "dim",
  "on",
  "off",
  "faulty",
  "offline",
  "unheard",
] as const;
export type Look = (typeof looks)[number];

/** What somebody has asked for, above the night programme: these stand out from the others. */
export const LIT: readonly Look[] = ["blink", "bright"];

/** As many as stand out on the map; how many are bright for walkers alone is not among them. */
export const lit_lamps = (world: World): number =>
  [...world.inventory.keys()].filter((id) => LIT.includes(look(lamp_view(world, id)))).length;

/** A lamp with one of these gives no light, whatever it says that it shows. */
const DARK_FAULTS = ["lamp_failure", "supply_loss"];

export function look(view: LampView | null): Look {
  if (view === null || (view.online === null && view.scene === null)) return "unheard";
  if (view.online === false) return "offline";
  if (view.faults.some((fault) => DARK_FAULTS.includes(fault))) return "faulty";
  if (view.scene === "blink" || view.scene === "bright") return view.scene;
  if (view.faults.length > 0) return "faulty";
  return quiet_look(view);
}

function quiet_look({ scene, level }: LampView): Look {
  if (scene === "dim") return "dim";
  return level !== null && level > 0 ? "on" : "off";
}

/** How one lamp answers an incident. */
export type Answer = "unasked" | "seen" | "waiting" | "failed";

/** What the lamp says now counts for more than what it said when the incident last changed. */
export function answer(lamp: AskedLamp, view: LampView | null): Answer {
  if (lamp.asked === "none" || lamp.asked === "") return "unasked";
  const shown = look(view);
  if (shown === "offline" || shown === "faulty") return "failed";
  if (shown === "unheard")
    return lamp.faults.length > 0 ? "failed" : lamp.seen ? "seen" : "waiting";
  return shown === lamp.asked ? "seen" : "waiting";
}

export type Answers = Record<Answer, number> & { asked: number };

export function count_answers(
  incident: Incident,
  view_of: (lamp_id: string) => LampView | null,
): Answers {
  const counts: Answers = { asked: 0, unasked: 0, seen: 0, waiting: 0, failed: 0 };
  for (const lamp of incident.lamps) counts[answer(lamp, view_of(lamp.lamp_id))] += 1;
  return { ...counts, asked: incident.lamps.length - counts.unasked };
}
