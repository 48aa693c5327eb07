// Come here for what the phone says in English.
import type { Words } from "./words_ko.js";

export const english: Words = {
  name: "English",
  speaks: "영어",
  html: "en",
  title: "Emergency",
  language: "Language",
  settings: "Settings",
  back: "Back",

  sos: "SOS",
  hold: "Press and hold",
  keep_holding: "Keep holding",
  how_tap: "Hold: help is called at once. Tap: after 5 seconds",
  how_hold: "Hold to call for help at once",
  silent: "I am hiding",
  silent_more: "Dark screen, no sound, no vibration, no blinking lamps",

  searching: "Finding your place… you can press now",
  found: (metres) => (metres === null ? "Place found" : `Place found · within ${metres} m`),
  denied: "Location is not allowed. You can call for help all the same.",
  no_network: "No internet. Press: it is sent when there is a connection.",

  counting: "seconds until help is called",
  counting_drill: "seconds until the drill is sent",
  cancel: "Cancel",
  send_now: "Call now",
  send_drill: "Send the drill now",

  call: "Call 112",
  text: "Text 112",

  sending: "Sending…",
  kept: "No connection · kept",
  kept_more: "It is sent as soon as there is one. If urgent, call or text 112.",
  unanswered: "Not received yet",
  unanswered_more: "Still sending. If urgent, call or text 112.",
  refused: "The centre could not take it",
  refused_more: "Call or text 112. This phone keeps trying.",
  pressed_ago: (ago) => `pressed ${ago} ago`,
  old: "Do you still need help?",
  old_more: (ago) => `You pressed ${ago} ago, but it could not be sent.`,
  still_needed: "Yes, send now",
  not_needed: "No, I am safe",
  drop: "Do not send",
  drop_sure: "Really not send it?",
  drop_more: "If it has arrived already, somebody will still check.",

  states: {
    open: "The control centre has received it",
    acknowledged: "An operator has seen it",
    assigned: "Police have been assigned",
    en_route: "Police are on their way",
    on_scene: "Police have arrived",
  },
  steps: {
    received: "Received by the centre",
    seen: "Seen by an operator",
    coming: "Police on their way",
    lamps: "Lamps near you lit",
  },
  lit: (lit, asked) => `${lit} of ${asked}`,
  no_lamps: "none",
  hushed_lamps: "no (you are hiding)",
  your_place: "Your place",
  no_place: "Not known yet · sent as soon as it is",
  accuracy: (metres) => `within ${metres} m`,
  before_now: (ago) => `${ago} ago`,
  ago: (seconds) =>
    seconds < 60
      ? `${seconds} s`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)} min`
        : `${Math.floor(seconds / 3600)} h`,
  as_of: (hour) => `as of ${hour}`,
  stale: (hour) => `Connection lost. Below is how it was at ${hour}.`,
  locked_out: "Received, but its progress cannot be shown. If urgent, 112.",

  withdraw: "I am safe now (cancel)",
  withdraw_sure: "Cancel the call?",
  withdraw_more: "Somebody will still check that you are safe.",
  withdraw_yes: "Yes, cancel",
  withdraw_no: "No, keep it",
  withdrawing: "Sending the cancellation…",
  withdrawn: "You cancelled",
  withdrawn_more: "Somebody will still check. In danger: 112.",
  need_again: "I still need help",

  over: {
    closed: "It is closed",
    gone: "The report is no longer there",
    dropped: "It was not sent",
  },
  over_more: "The report was deleted from this phone. If you still need help, press again.",
  over_kept:
    "The centre keeps its place and words for 30 days after it was closed, or longer as evidence, and then destroys them.",
  again: "Start screen",

  drill: "DRILL · not a real emergency",
  drill_title: "Drill",
  drill_explain:
    "Only the next report is a drill. Not pressed within 10 minutes, it ends by itself.",
  drill_type: (word) => `To switch on, type “${word}”`,
  drill_word: "DRILL",
  drill_on: "Switch drill on",
  drill_off: "Switch drill off",

  tap: "A tap calls too (after 5 seconds)",
  tap_more: "Off: only holding calls for help",
  shake: "Shake to call (after 5 seconds)",
  shake_more: "Four hard shakes while this page is open",
  shake_denied: "Shaking cannot be used on this phone.",
  install: "Install on home screen",
  privacy:
    "Your place does not leave the phone before you press. When the report is closed it is deleted from this phone.",
};
