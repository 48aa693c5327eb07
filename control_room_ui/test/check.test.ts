// Come here for how a check is held to the published document: by tsc, before any test runs.
import { expect, test } from "vitest";
import { amount, as_described, flag, lenient, nullable, oneOf, shape, text } from "../src/check.js";

interface Published {
  name: string;
  colour: "red" | "green";
  weight: number | null;
  since?: string;
}
const whole = {
  name: text,
  colour: lenient(text, ""),
  weight: nullable(amount),
  since: lenient(text, ""),
};

test("a check that reads all that is published is let through as it is", () => {
  const read = as_described<Published>()(shape(whole));
  expect(read({ name: "a", colour: "red", weight: 3, since: "now" }).weight).toBe(3);
  const { since: _, ...less } = whole;
  expect(as_described<Published, "since">()(shape(less))({ name: "a" }).weight).toBeNull();
});

test("tsc refuses a check that disagrees with what is published", () => {
  const { weight: _, ...without_weight } = whole;
  // @ts-expect-error a published field is not read
  as_described<Published>()(shape(without_weight));
  // @ts-expect-error a field is read that is not published
  as_described<Published>()(shape({ ...whole, height: amount }));
  // @ts-expect-error another type is published
  as_described<Published>()(shape({ ...whole, name: flag }));
  // @ts-expect-error it may be null
  as_described<Published>()(shape({ ...whole, weight: amount }));
  // @ts-expect-error another colour is published
  as_described<Published>()(shape({ ...whole, colour: oneOf("red") }));
  // @ts-expect-error what is passed over is read all the same
  as_described<Published, "since">()(shape(whole));
});
