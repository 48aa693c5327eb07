// Come here for what is said in which language, of things known and unknown.
import { expect, test } from "vitest";
import { allowed_moves, NotDone } from "../src/calls.js";
import { said_actor, tell_detail } from "../src/journal.js";
import { said_shortfall } from "../src/lamps.js";
import { said_place } from "../src/place.js";
import { said_trouble } from "../src/trouble.js";
import { problem } from "../src/wire.js";
import { first_language, languages, name_of } from "../src/words.js";
import { an_incident } from "./made.js";

const { ko, en } = languages;

test.each([
  [null, ["ko-KR", "en"], "ko"],
  [null, ["en-GB", "ko"], "en"],
  [null, ["fr"], "ko"],
  [null, [], "ko"],
  ["en", ["ko"], "en"],
  ["xx", ["en"], "en"],
])("chosen %s, spoken %s: %s", (chosen, spoken, wanted) => {
  expect(first_language(chosen, spoken)).toBe(wanted);
});

test("both languages name the same things", () => {
  // tsc sees to the shape; open tables of names it cannot count. Korean may know more reasons.
  for (const table of [
    "states",
    "events",
    "dispositions",
    "scenes",
    "faults",
    "details",
    "roles",
  ] as const) {
    expect(Object.keys(en[table])).toEqual(Object.keys(ko[table]));
  }
});

test("an unknown name is shown readably", () => {
  expect(name_of(ko.states, "handed_over")).toBe("handed over");
  expect(name_of(ko.states, "constructor")).toBe("constructor");
});

const NOON = Date.parse("2026-11-22T03:00:00Z");

test.each([
  // Local time, and nothing of an incident that was destroyed.
  ["held", { until: "2026-12-22T14:59:00.000Z" }, "기한 2026-12-22 23:59:00"],
  ["held", { until: "2026-11-22T14:59:00.000Z" }, "기한 23:59:00"],
  ["lamps_answered", {}, ""],
  ["assigned", { unit: "도봉 순21" }, "담당 부서 도봉 순21"],
  ["scene_changed", { scene: "bright" }, "불빛 밝게 고정"],
  ["escalated", { level: 2, told: ["supervisor", "unit:방학"] }, "단계 2, 통보 관제 책임자 · 방학"],
  ["lamps_answered", { asked: 8, silent: ["a", "b"], after_ms: 2412 }, "8개 중 6개 점등, 2.4초"],
  ["brewed", { strength: 2.345, sugar: true, milk: false, note: null }, "strength 2.3, sugar 예"],
  ["opened", {}, ""],
])("the detail of %s", (event, detail, wanted) => {
  expect(tell_detail(event, detail, ko, NOON)).toBe(wanted);
});

test.each([
  ["김민지 (operator)", "김민지 (관제 요원)"],
  ["operator", "관제"],
  ["민원 앱 (beta) (crew)", "민원 앱 (beta) (등 관리자)"],
  ["박 (새 역할)", "박 (새 역할)"],
])("whoever did it is named with their role in words: %s", (actor, wanted) => {
  expect(said_actor(actor, ko)).toBe(wanted);
});

test("only moves that are allowed and known become buttons, in the order of an incident's life", () => {
  const incident = an_incident("i", { allowed: ["close", "teleport", "en_route", "note"] });
  expect(allowed_moves(incident)).toEqual(["en-route", "note", "close"]);
});

test("a refused move tells what would be possible; silence tells that nobody knows", () => {
  const refusal = new NotDone(problem({ status: 409, allowed: ["note", "reopen", "sing"] }));
  expect(said_trouble(refusal, en)).toBe("Not possible now. Possible: Note, Reopen, sing");
  expect(said_trouble(new Error(), en)).toBe(en.no_answer);
});

test("a shortfall of a known code is said in the reader's language, another in the dispatcher's", () => {
  const detail = { code: "few_lamps", asked: 2, silent: 0, within_m: 50 };
  expect(said_shortfall({ shortfall: "x", shortfall_detail: detail }, ko)).toBe(
    "50 m 안에 등이 2개뿐입니다.",
  );
  const unknown = { ...detail, code: "fog" };
  expect(said_shortfall({ shortfall: "fog", shortfall_detail: unknown }, ko)).toBe("fog");
  expect(said_shortfall({ shortfall: null, shortfall_detail: null }, ko)).toBeNull();
});

test("a whole place can be read out line by line", () => {
  const place = {
    position: { lon: 127.0165, lat: 37.6512, accuracy_m: 12.4 },
    quality: "good",
    number: "다사 6012 6312",
    address: "도봉동",
    poles: [{ label: "쌍문 12", metres: 8.4, bearing: 47 }],
  };
  expect(said_place(an_incident("i", { place }).place, en).split("\n")).toEqual([
    "Point number: 다사 6012 6312",
    "Address: 도봉동",
    "쌍문 12 — 8 m NE",
    "Lat, lon: 37.65120, 127.01650",
    "±12 m",
  ]);
});
