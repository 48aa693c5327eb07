// Come here for where the sign-in page leads: back to a page of this server, and nowhere else.
import { expect, test } from "vitest";
import { told } from "../src/sign_in/told.js";
import { way_back } from "../src/sign_in/way_back.js";
import { english } from "../src/sign_in/words_en.js";
import { korean } from "../src/sign_in/words_ko.js";

const OURS = "https://lamps.example";

test.each([
  ["?then=%2Fcrew%3Fstatus%3Dfaulty", "/crew?status=faulty"],
  ["?then=%2F", "/"],
  ["", "/"],
  ["?then=https%3A%2F%2Fevil.example%2F", "/"],
  ["?then=%2F%2Fevil.example%2F", "/"],
  ["?then=%2F%5Cevil.example", "/"],
  ["?then=javascript%3Aalert(1)", "/"],
  ["?then=%2Fsign-in%3Fthen%3D%2F", "/"],
])("%s leads to %s", (search, page) => {
  expect(way_back(search, OURS)).toBe(page);
});

test.each(["provider_down", "provider_refused", "not_believed", "not_yours", "begin_again"])(
  "%s is said in both languages",
  (trouble) => {
    const words = told(`?trouble=${trouble}&then=%2F`);
    expect(words?.(korean)).toMatch(/[가-힣]/);
    expect(words?.(english)).toMatch(/^[A-Z].*\.$/);
  },
);

test.each(["", "?trouble=", "?trouble=constructor", "?trouble=title", "?trouble=<b>"])(
  "%s is no trouble that we know",
  (search) => {
    expect(told(search)).toBeNull();
  },
);
