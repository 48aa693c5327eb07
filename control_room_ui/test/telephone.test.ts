// What is a telephone number: the same table as that of the centre's own tests.
import { expect, test } from "vitest";
import table from "../../tests/dispatch/telephone_numbers.json";
import { is_number } from "../src/sos/telephone.js";

test.each(table.numbers)("%o can be rung", (typed) => {
  expect(is_number(typed)).toBe(true);
});

test.each(table.others)("%o could never ring", (typed) => {
  expect(is_number(typed)).toBe(false);
});
