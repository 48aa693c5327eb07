// Come here for the words of a guardian's page in English.
import type { Words } from "./words_ko.js";

const FORGOTTEN =
  "The positions of the walk have been destroyed. If an incident came of it, that keeps its place and the way to it for 30 days after it is closed, or longer as evidence.";

export const english: Words = {
  title: "Walk home",
  other_language: "한국어",
  asking: "Loading…",
  states: {
    walking: (name) => `${name} is walking home`,
    paused: (name) => `${name} has paused`,
    late: (name) => `${name} does not answer`,
    alarmed: (name) => `Help has been called for ${name}`,
    arrived: (name) => `${name} has arrived safely`,
    ended: (name) => `${name} has ended the walk`,
  },
  named: (name, object) => name || `${object ? "t" : "T"}he person you look after`,
  what_now: {
    walking: "There is nothing to do. If something goes wrong, it is shown here.",
    paused: "While they stay somewhere, nobody watches.",
    late: "Call them now. If there is still no answer, the control centre sends help.",
    alarmed: "The control centre knows. If it looks dangerous, call 112.",
    arrived: FORGOTTEN,
    ended: FORGOTTEN,
  },
  why: "What has gone wrong",
  where: "Where they are now",
  near_pole: (label) => `near street light ${label}`,
  number: (number) => `National point number ${number}`,
  within: (metres) => `to within about ${metres} m`,
  just_now: "Position of just now",
  age: (time) => `Position of ${time} ago`,
  seconds: (n) => `${n} s`,
  minutes: (n) => `${n} min`,
  old: "No newer position has come.",
  no_place: "The position is not known yet.",
  no_consent: "The walker has not agreed to show you where they are.",
  only_in_need: "The position is shown only when something has gone wrong.",
  map_app: "Open in a map app",
  call_112: "Call 112",
  due: (hour) => `Expected home at ${hour}`,
  expires: (hour) => `This link works until ${hour} at the latest. Every look at it is logged.`,
  expired: "This link is over",
  expired_more:
    "It has expired, or its address is not complete. If you worry, call them, or tell 112.",
  unheard: "The connection is lost. What is shown may be old.",
};
