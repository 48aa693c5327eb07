// Come here for what the page that presses SOS anywhere says, in English.
import type { press_ko } from "./words_press_ko.js";

export const press_en: typeof press_ko = {
  title: "Press SOS",
  explain: "Click the map to choose the place, then press SOS.",
  place: "Place",
  accuracy: "Accuracy",
  silent: "Silent — the caller hides",
  drill: "Drill",
  sos: "SOS",
  sending: "Sending…",
  not_received: "It was not received. Press again.",
  received: "Your call was received",
  asked: (n) =>
    n > 0 ? `${n} lamps near you were asked for light` : "No lamp was asked for light",
  lit: (lit, asked) => `seen lit ${lit} of ${asked}`,
  state: "What happens now",
  acknowledged: "Acknowledged",
  on_its_way: "On its way",
  withdrawn: "Withdrawn",
  move: "Move 30 m",
  withdraw: "Withdraw",
  again: "New report",
  not_followed: "The server does not answer. Asking again…",
  to_control_room: "Open the control room",
};
