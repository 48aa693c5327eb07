// Come here for the colours of things on the map, and what each one tells.
import type { Answer, Look } from "./lamplight.js";

/** Dark enough that a lit lamp is the brightest thing on the screen. */
export const night = "#0b1016";

/** Light is warm, trouble is not: no lamp in order shares a hue with one that is out of order. */
export const look_colour: Record<Look, string> = {
  blink: "#ffb52e",
  bright: "#fff1c9",
  dim: "#7a6228",
  on: "#a39b7d",
  off: "#48525e",
  faulty: "#e25bd8",
  offline: "#6b5b8f",
  unheard: "#39434f",
};

export const answer_colour: Record<Answer, string> = {
  seen: "#3fd68c",
  waiting: "#7fc4ff",
  failed: "#ff5d5d",
  unasked: "#8793a1",
};

/** An incident's state: red asks for somebody, amber has somebody, blue is on its way. */
export const state_colour: Record<string, string> = {
  open: "#ff4d4d",
  acknowledged: "#ffa53d",
  assigned: "#5fb0ff",
  en_route: "#5fb0ff",
  on_scene: "#3fd68c",
  closed: "#a3afba",
};
export const unknown_state_colour = "#ff4d4d";

/** A caller who hides, and an emergency that is none: the same hues as their badges. */
export const silent = "#c79bff";
export const drill = "#9fe3ff";
