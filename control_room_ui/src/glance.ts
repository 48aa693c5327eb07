// Come here for an incident in one line each: who has it, and whether the light is on there.
import { type Answers, count_answers } from "./lamplight.js";
import type { Incident } from "./wire.js";
import type { Words } from "./words.js";
import { is_open, is_waiting, lamp_view, type World } from "./world.js";

/** The light at an incident: the word that a screen says it with, and how good that news is. */
export interface Light {
  tone: "lit" | "partly" | "dark" | "plain";
  text: string;
}

/** Nobody, the control room, or the unit that it was given to. */
export function keeper(incident: Incident, words: Words): string {
  if (incident.unit) return incident.unit;
  return is_waiting(incident) ? words.glance.nobody_has_it : words.glance.control_room;
}

/** Raised and still waiting: once somebody has it, that it was late is history for the journal. */
export const is_escalated = (incident: Incident): boolean =>
  is_waiting(incident) && incident.escalation > 0;

/** A hiding caller is lit up by what blinks for somebody else: of their own report nothing blinks. */
export const blinks_for_another = (world: World, incident: Incident): boolean =>
  incident.silent &&
  is_open(incident) &&
  incident.lamps.some(({ lamp_id }) => lamp_view(world, lamp_id)?.scene === "blink");

export function light_at(world: World, incident: Incident, words: Words): Light {
  const { glance } = words;
  if (!is_open(incident)) return { tone: "plain", text: glance.light_over };
  const counts = count_answers(incident, (lamp) => lamp_view(world, lamp));
  if (counts.asked > 0) return answered(counts, words);
  if (incident.silent) return { tone: "plain", text: glance.dark_for_silence };
  if (!incident.place.position) return { tone: "dark", text: glance.dark_without_place };
  if (incident.scene === "none") return { tone: "plain", text: glance.dark_by_wish };
  return { tone: "dark", text: glance.no_lamps };
}

function answered({ asked, seen, failed }: Answers, { glance }: Words): Light {
  if (seen === asked) return { tone: "lit", text: glance.all_lit(asked) };
  if (seen > 0) return { tone: "partly", text: glance.some_lit(seen, asked) };
  return failed === asked
    ? { tone: "dark", text: glance.all_failed(asked) }
    : { tone: "partly", text: glance.none_seen(asked) };
}
