// Come here for the phone's letters, its words in four languages, and what counts as shaking.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hour_of as desk_hour_of } from "../src/clock.js";
import { type Crying, calm, next } from "../src/sos/cry.js";
import { metres_between } from "../src/sos/fix.js";
import { hour_of } from "../src/sos/hour.js";
import { positions_letter, report_letter, sms_link, sms_text } from "../src/sos/letters.js";
import { shaken, still } from "../src/sos/shake.js";
import { read_kept } from "../src/sos/wire.js";
import { languages, spoken_language } from "../src/sos/words.js";

const T0 = Date.parse("2026-11-22T12:00:00.000Z");
const fix = { lon: 127.0165, lat: 37.6512, accuracy_m: 11.2, fixed_at: T0 - 3_000 };
const press = {
  ...{ report_id: "one", phone_secret: "ours", silent: true, drill: false, fix },
  ...{ walk_id: null, walker_token: null },
};
const cry = next(next(calm, { type: "tapped", at: T0, press }), {
  type: "sent_now",
  at: T0,
}) as Crying;

describe("letters to the centre", () => {
  test("the report says when the place was found and when it was sent", () => {
    expect(report_letter(cry, T0 + 60_000)).toEqual({
      report_id: "one",
      phone_secret: "ours",
      kind: "sos",
      position: { lon: 127.0165, lat: 37.6512, accuracy_m: 11.2 },
      fixed_at: "2026-11-22T11:59:57.000Z",
      sent_at: "2026-11-22T12:01:00.000Z",
      silent: true,
      drill: false,
    });
  });

  test("a report during a walk names it, and shows that it is the walker's", () => {
    const walk = { walk_id: "w", walker_token: "t" };
    expect(report_letter({ ...cry, ...walk }, T0)).toMatchObject(walk);
  });

  test("without a place it says so", () => {
    expect(report_letter({ ...cry, fix: null }, T0)).toMatchObject({
      ...{ position: null, fixed_at: null },
    });
  });

  test("the plain one has nothing that could be refused", () => {
    const plain = report_letter({ ...cry, plain: true }, T0);
    expect(plain).toEqual({
      ...{ report_id: "one", phone_secret: "ours", silent: true, drill: false },
    });
  });

  test("a cry that an older page has kept goes on without a secret", () => {
    const { phone_secret: _, walker_token: __, ...kept } = cry;
    const { report_id, ...letter } = report_letter(read_kept(kept), T0) as Record<string, unknown>;
    expect(report_id).toBe("one");
    expect(letter).not.toHaveProperty("phone_secret");
  });

  test("positions go with their own times", () => {
    expect(positions_letter([fix])).toEqual({
      positions: [
        {
          ...{ lon: 127.0165, lat: 37.6512, accuracy_m: 11.2 },
          fixed_at: "2026-11-22T11:59:57.000Z",
        },
      ],
    });
  });
});

describe("the text message to 112", () => {
  test("it holds all that is known, in Korean, with the district's hour", () => {
    const message = { fix, number: "다사 5734 6141", silent: true, speaks: "베트남어" };
    expect(sms_text(message)).toBe(
      [
        "긴급신고입니다. 도와주세요.",
        "위치 37.65120, 127.01650 오차 12m (20:59:57)",
        "국가지점번호 다사 5734 6141",
        "소리를 낼 수 없습니다. 전화하지 마세요.",
        "신고자 언어: 베트남어",
      ].join("\n"),
    );
  });

  test("it says what is not known", () => {
    const message = { fix: null, number: null, silent: false, speaks: null };
    expect(sms_text(message)).toBe("긴급신고입니다. 도와주세요.\n위치를 아직 모릅니다.");
    expect(sms_link(message)).toMatch(/^sms:112\?body=%EA%B8/);
  });
});

describe("words", () => {
  test.each([
    [["ko-KR"], "ko"],
    [["zh-CN", "en"], "zh"],
    [["vi"], "vi"],
    [["th-TH"], "en"],
    [["mn-MN", "ko"], "ko"],
    [[], "ko"],
  ])("a phone that speaks %o is spoken to in %s", (spoken, language) => {
    expect(spoken_language(spoken)).toBe(language);
  });

  test("112's officer reads the caller's language by its Korean name", () => {
    for (const { speaks } of Object.values(languages)) expect(speaks ?? "").toMatch(/^[가-힣]*$/u);
  });

  test("no language leaves a word empty, and each keeps its numbers", () => {
    for (const words of Object.values(languages)) {
      const said = Object.values(words).flatMap((one) =>
        typeof one === "object" && one ? Object.values(one) : [one],
      );
      expect(said.filter((one) => one === "")).toEqual([]);
      expect(words.ago(59)).toContain("59");
      expect(words.ago(120)).toContain("2");
      expect(words.found(12)).toContain("12 ");
      expect(words.lit(3, 4)).toMatch(/3.*4|4.*3/);
      expect(words.drill_type(words.drill_word)).toContain(words.drill_word);
    }
  });
});

describe("shaking", () => {
  const after = (...jerks: [number, number][]) =>
    jerks.reduce((before, [strength, at]) => shaken(before, strength, at), still).is_cry;
  test.each<[string, [number, number][], boolean]>([
    [
      "four hard jerks",
      [
        [30, 0],
        [30, 300],
        [30, 600],
        [30, 900],
      ],
      true,
    ],
    [
      "three",
      [
        [30, 0],
        [30, 300],
        [30, 600],
      ],
      false,
    ],
    [
      "four soft ones",
      [
        [20, 0],
        [20, 300],
        [20, 600],
        [20, 900],
      ],
      false,
    ],
    [
      "four within one movement",
      [
        [30, 0],
        [30, 40],
        [30, 80],
        [30, 120],
      ],
      false,
    ],
    [
      "four in a minute",
      [
        [30, 0],
        [30, 20_000],
        [30, 40_000],
        [30, 60_000],
      ],
      false,
    ],
  ])("%s: %o is a cry: %s", (_, jerks, is_cry) => {
    expect(after(...jerks)).toBe(is_cry);
  });

  const softly = fc.tuple(fc.double({ max: 24.9, noNaN: true }), fc.nat(60_000));
  test("nothing that stays below the threshold is ever a cry", () => {
    fc.assert(fc.property(fc.array(softly), (all) => !after(...all)));
  });
});

test("the phone's hour is the control room's", () => {
  const since_summer_time = Date.parse("1988-10-09T00:00:00Z");
  const moment = fc.integer({ min: since_summer_time, max: 4_000_000_000_000 });
  fc.assert(fc.property(moment, (at) => hour_of(at) === desk_hour_of(at)));
  expect(hour_of("2026-11-22T15:00:30.500Z")).toBe("00:00:30");
});

test("metres are metres, near enough", () => {
  const there = { ...fix, lon: fix.lon + 0.001 };
  expect(metres_between(fix, there)).toBeCloseTo(88.0, 0);
});
