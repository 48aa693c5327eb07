// Come here for where the sign-in page leads: back to a page of this server, and nowhere else.
import { expect, test } from "vitest";
import { told } from "../src/sign_in/told.js";
import { way_back } from "../src/sign_in/way_back.js";
import { english } from "../src/sign_in/words_en.js";
import { korean } from "../src/sign_in/words_ko.js";

const OURS = "https://lamps.example";
const OPERATOR = { pages: ["/", "/police", "/lamps"], home: "/" };

test.each([
  ["?then=%2Fcrew%3Fstatus%3Dfaulty", "/crew?status=faulty"],
  ["?then=%2F", "/"],
  ["", "/"],
  ["?then=https%3A%2F%2Fevil.example%2F", "/"],
  ["?then=%2F%2Fevil.example%2F", "/"],
  ["?then=%2F%5Cevil.example", "/"],
  ["?then=%2F.%2F%2Fevil.example", "/"],
  ["?then=%2Fa%2F..%2F%2Fevil.example", "/"],
  ["?then=%2F%252e%2F%2Fevil.example", "/"],
  ["?then=%2F%09%2Fevil.example", "/"],
  ["?then=javascript%3Aalert(1)", "/"],
  ["?then=%2Fsign-in%3Fthen%3D%2F", "/"],
])("%s leads to %s", (search, page) => {
  expect(way_back(search, OURS, OPERATOR)).toBe(page);
});

test.each([
  ["", ["/lamps"], "/lamps"],
  ["?then=%2F", ["/accounts"], "/accounts"],
  ["?then=%2Findex.html", ["/accounts"], "/accounts"],
  ["?then=%2Faccounts", ["/lamps"], "/lamps"],
  ["?then=%2Flamps%3Fq%3D1", ["/", "/lamps"], "/lamps?q=1"],
  ["?then=%2Fpress", ["/lamps"], "/press"],
  ["?then=%2F", [], null],
])("%s leads whoever has the pages %s to %s", (search, pages, page) => {
  expect(way_back(search, OURS, { pages, home: pages[0] ?? null })).toBe(page);
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
