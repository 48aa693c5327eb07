// Come here for where the sign-in page leads: back to a page of this server, and nowhere else.
import { expect, test } from "vitest";
import { way_back } from "../src/sign_in/way_back.js";

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
