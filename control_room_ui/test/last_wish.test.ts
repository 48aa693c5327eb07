// Asking for the newest again and again: never twice at once, never given up after one failure.
import { afterEach, expect, test, vi } from "vitest";
import { LastWish } from "../src/last_wish.js";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("wishes made while one is being fulfilled become one more", async () => {
  const done: (() => void)[] = [];
  const wish = new LastWish(() => new Promise((resolve) => done.push(() => resolve())));
  for (let n = 0; n < 3; n++) wish.make();
  expect(done.length).toBe(1);
  done[0]?.();
  await vi.waitFor(() => expect(done.length).toBe(2));
  done[1]?.();
  wish.make();
  await vi.waitFor(() => expect(done.length).toBe(3));
});

test("what is wished for later again and again is asked for once", async () => {
  vi.useFakeTimers();
  let asked = 0;
  const wish = new LastWish(async () => {
    asked += 1;
    wish.make_later(1_000);
  });
  for (let n = 0; n < 5; n++) wish.make_later(1_000);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(asked).toBe(10);
});

test("a wish that failed is reported, and can be made again", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const wish = new LastWish(() => Promise.reject(new Error("unread")));
  for (const times of [1, 2]) {
    wish.make();
    await vi.waitFor(() => expect(reported).toHaveBeenCalledTimes(times));
  }
});
