// Which lamps the crew's list shows, in which order, and which lamps make a street.
import { expect, test } from "vitest";
import { reason_in } from "../src/crew_reasons.js";
import { counted, is_on_a_walked_way, remembered, row_of, shown_rows } from "../src/crew_rows.js";
import { choice, MOST_TESTED } from "../src/crew_sight.js";
import { along, nearest_first } from "../src/crew_street.js";
import type { CrewLamp } from "../src/crew_wire.js";
import { shifted } from "../src/earth.js";
import { a_lamp, after, lamps } from "./made.js";

const crew_lamp = (lamp_id: string, fields: Partial<CrewLamp> = {}): CrewLamp => ({
  ...a_lamp(lamp_id),
  status: "online",
  seen_at: "2026-11-22T12:00:00.000Z",
  silent_since: null,
  faults_since: null,
  needs_ladder: [],
  walked: 0,
  ...fields,
});
const wish = { filter: "all", sort: "need", descending: false, query: "" } as const;
const quiet = after();
const ids = (rows: ReturnType<typeof shown_rows>) => rows.map(({ lamp }) => lamp.lamp_id);

const dead = crew_lamp("L10", { needs_ladder: ["lamp_failure"] });
const hot = crew_lamp("L9", { view: { ...a_lamp("").view, faults: ["high_temperature"] } });
const gone = crew_lamp("L2", { view: { ...a_lamp("").view, online: false } });
const never = crew_lamp("L1", {
  status: "unknown",
  seen_at: null,
  view: { scene: null, level: null, online: null, faults: [] },
});
const fine = crew_lamp("L3");
const all = [fine, never, gone, hot, dead].map((lamp) => row_of(quiet, lamp));

test("who needs somebody most comes first, and names count as people count", () => {
  expect(ids(shown_rows(all, wish))).toEqual(["L10", "L9", "L2", "L1", "L3"]);
  const by_label = { ...wish, sort: "label" } as const;
  expect(ids(shown_rows(all, by_label))).toEqual(["L1", "L2", "L3", "L9", "L10"]);
  expect(ids(shown_rows(all, { ...by_label, descending: true }))[0]).toBe("L10");
  expect(ids(shown_rows(all, { ...wish, sort: "heard" }))[0]).toBe("L1");
});

test("of dead lamps those on often-walked ways come first, and of good ones no way counts", () => {
  const ladder = { needs_ladder: ["lamp_failure"] };
  const lamps = [
    crew_lamp("L4", ladder),
    crew_lamp("L5", { ...ladder, walked: 20 }),
    crew_lamp("L6", { ...ladder, walked: 500 }),
    crew_lamp("L7", { walked: 1000 }),
  ];
  const rows = [fine, hot, ...lamps].map((lamp) => row_of(quiet, lamp));
  expect(ids(shown_rows(rows, wish))).toEqual(["L6", "L5", "L4", "L9", "L3", "L7"]);
  expect(rows.filter(is_on_a_walked_way).map(({ lamp }) => lamp.lamp_id)).toEqual(["L5", "L6"]);
});

test("every lamp is counted in each condition that it is in", () => {
  expect(counted(all)).toEqual({
    all: 5,
    needs_ladder: 1,
    faulty: 1,
    silent: 1,
    unknown: 1,
    online: 3,
  });
});

test("what the feed says now counts for more than the list that was loaded", () => {
  const change = { lamp_id: "L3", scene: null, level: null, online: false, faults: [] };
  expect(row_of(after(lamps(change)), fine).status).toBe("silent");
});

test("each word of a search must be in the name, the id or the address", () => {
  const street = crew_lamp("X1", { label: "쌍문-0001", address: "도봉로 1" });
  const rows = [row_of(quiet, street), ...all];
  expect(ids(shown_rows(rows, { ...wish, query: "도봉로 쌍문" }))).toEqual(["X1"]);
  expect(ids(shown_rows(rows, { ...wish, query: "x1" }))).toEqual(["X1"]);
  expect(ids(shown_rows(rows, { ...wish, query: "도봉로 창동" }))).toEqual([]);
});

const here = { lon: 127.0165, lat: 37.6512 };
const east = (metres: number, north = 0) => shifted(shifted(here, metres, 90), north, 0);

test.each([
  // [corners of the line, metres east and north, whether the lamp is along it]
  [[], 0, 0, false],
  [[0], 0, 19, true],
  [[0], 0, 21, false],
  [[0, 100], 50, 19, true],
  [[0, 100], 50, -19, true],
  [[0, 100], 50, 21, false],
  [[0, 100], 118, 0, true],
  [[0, 100], 121, 0, false],
  [[0, 50, 50, 100], 75, 5, true],
])("a lamp is along the line %j at %d east, %d north: %s", (corners, x, y, is_along) => {
  const line = (corners as number[]).map((at) => east(at));
  expect(along([east(x, y)], line)).toHaveLength(is_along ? 1 : 0);
});

test("a test takes the lamps around the one that was meant", () => {
  expect(nearest_first(here, [east(30), east(10), east(20)])).toEqual([
    east(10),
    east(20),
    east(30),
  ]);
});

test("no more lamps are chosen than a test takes, and that is said", () => {
  const many = Array.from({ length: MOST_TESTED + 1 }, (_, n) => `L${n}`);
  expect(choice(many)).toMatchObject({ too_many: true });
  expect(choice(many).chosen.size).toBe(MOST_TESTED);
  expect(choice(["L1", "L1"])).toEqual({ chosen: new Set(["L1"]), too_many: false });
});

test("an answer is remembered as long as the question is the same", () => {
  let worked = 0;
  const double = remembered((n: number) => {
    worked += 1;
    return n * 2;
  });
  expect([double(2), double(2), double(3), double(2)]).toEqual([4, 4, 6, 4]);
  expect(worked).toBe(3);
});

test.each([
  ["every cell is the same as in row 7", "모든 칸이 7행과 같습니다"],
  ["12 cells under 11 columns: an address with a bare comma?", "11개인데 칸이 12개"],
  ["lamp id L 1 is odd", "lamp id L 1 is odd"],
  ["longitude 37.6, latitude 127.0: longitude and latitude look swapped", "바뀐 듯합니다"],
])(
  "a refused row says why in Korean, or as it came where this page does not know: %s",
  (said, korean) => {
    expect(reason_in("ko", said)).toContain(korean);
    expect(reason_in("en", said)).toBe(said);
  },
);
