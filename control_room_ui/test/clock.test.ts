// Come here for what the clocks must show.
import { describe, expect, test } from "vitest";
import { elapsed, hour_of, is_lit, ServerClock, until_flash_turns, when } from "../src/clock.js";
import { T0 } from "./made.js";

test("hours are the district's, wherever the screen stands", () => {
  expect(hour_of("2026-11-22T15:04:05.000Z")).toBe("00:04:05");
  expect(when("2026-11-22T14:59:00.000Z", Date.parse(T0))).toBe("23:59:00");
  expect(when("2026-11-21T14:59:00.000Z", Date.parse(T0))).toBe("2026-11-21 23:59:00");
});

test.each([
  [0, "0:00"],
  [59_999, "0:59"],
  [754_000, "12:34"],
  [3_723_000, "1:02:03"],
  [-5_000, "0:00"],
  [49 * 3_600_000, "2 d"],
])("%i ms after it was opened the clock shows %s", (ms, wanted) => {
  expect(elapsed(T0, Date.parse(T0) + ms)).toBe(wanted);
});

describe("flashes", () => {
  test.each([
    [0, true, 600],
    [599, true, 1],
    [600, false, 400],
    [999, false, 1],
    [1_000, true, 600],
  ])("%i ms into the epoch", (now, lit, rest) => {
    expect([is_lit(now), until_flash_turns(now)]).toEqual([lit, rest]);
  });
});

describe("the dispatcher's clock", () => {
  const local = Date.parse(T0);
  const heard = (...seconds: number[]) => {
    const clock = new ServerClock(() => local);
    for (const lead of seconds) clock.heard(new Date(local + lead * 1000).toISOString());
    return (clock.now() - local) / 1000;
  };

  test("is the screen's own until something was heard", () => {
    expect(heard()).toBe(0);
  });

  test("is taken from the promptest frame", () => {
    expect(heard(7, 9.5, 3)).toBe(9.5);
    expect(heard(-60, -59)).toBe(-59);
  });

  test("follows a screen whose own clock was set", () => {
    expect(heard(300, ...Array.from({ length: 15 }, () => 1))).toBe(1);
  });
});
