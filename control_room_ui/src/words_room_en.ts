// Come here for what only the control room says, in English.
import type { room_ko } from "./words_room_ko.js";

export const room_en: typeof room_ko = {
  glance: {
    nobody_has_it: "Nobody has it",
    control_room: "Control room has it",
    light_over: "Light is over",
    dark_for_silence: "No light (silent)",
    dark_without_place: "No light: place unknown",
    dark_by_wish: "No light asked for",
    no_lamps: "No lamps nearby",
    all_lit: (n) => `All ${n} lamps lit`,
    some_lit: (seen, asked) => `${seen} of ${asked} lamps lit`,
    none_seen: (n) => `${n} lamps asked, none seen yet`,
    all_failed: (n) => `All ${n} lamps failed`,
  },
  wanting: {
    disposition: "Choose how it ended first.",
    unit: "Say which unit goes.",
    text: "Write something first.",
  },
  ground: {
    jurisdictions: "Jurisdictions",
    neighbourhoods: "Neighbourhoods",
    base_missing: "The background map could not be loaded.",
    chosen_has_no_place: "The chosen incident has no position: it is not on the map.",
  },
};
