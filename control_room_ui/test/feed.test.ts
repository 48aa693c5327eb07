// Come here for how the feed connects, resumes, and admits that it hears nothing.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Feed, feed_address, type Link, pause } from "../src/feed.js";

/** Stands for the browser's WebSocket: opens when told, and remembers being closed. */
class Socket {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  constructor(readonly address: string) {}
  close(): void {
    this.closed = true;
  }
  say(value: unknown): void {
    this.onmessage?.({ data: typeof value === "string" ? value : JSON.stringify(value) });
  }
  end(): void {
    this.onclose?.();
  }
}

let sockets: Socket[];
let links: Link[];
let heard: unknown[];
let garbage: number;
let seq: number | null;
let feed: Feed;

const last = (): Socket => sockets.at(-1) as Socket;
const state = () => links.at(-1)?.state;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  [sockets, links, heard, garbage, seq] = [[], [], [], 0, null];
  const listener = {
    on_message: (value: unknown) => heard.push(value),
    on_garbage: () => (garbage += 1),
    on_link: (link: Link) => links.push(link),
  };
  const open = (address: string) => {
    sockets.push(new Socket(address));
    return last() as unknown as WebSocket;
  };
  const outside = { open, now: Date.now, chance: () => 1 };
  feed = new Feed("ws://here/v1/feed?tick=true", () => seq, listener, outside);
});

afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

describe("the feed", () => {
  test("is live only once something was heard", () => {
    expect(state()).toBe("connecting");
    last().say({ type: "tick" });
    expect(state()).toBe("live");
    expect(heard).toEqual([{ type: "tick" }]);
  });

  test("asks for all at first, and afterwards for what it missed", () => {
    expect(last().address).toBe("ws://here/v1/feed?tick=true");
    last().say({});
    seq = 41;
    last().end();
    vi.advanceTimersByTime(600);
    expect(last().address).toBe("ws://here/v1/feed?tick=true&after=41");
  });

  test("says since when the picture is old, through every attempt", () => {
    last().say({});
    const true_at = Date.now();
    vi.advanceTimersByTime(2_000);
    last().end();
    expect(links.at(-1)).toMatchObject({ state: "reconnecting", since: true_at });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      vi.advanceTimersByTime(8_000);
      last().end();
      expect(links.at(-1)).toMatchObject({ state: "reconnecting", since: true_at });
    }
  });

  test("is stale when an open socket says nothing, then gives that socket up", () => {
    last().say({});
    vi.advanceTimersByTime(6_000);
    expect(links.at(-1)).toEqual({ state: "stale", since: 1_000_000 });
    vi.advanceTimersByTime(5_000);
    expect(state()).toBe("reconnecting");
    expect(sockets[0]?.closed).toBe(true);
    vi.advanceTimersByTime(8_000);
    expect(sockets).toHaveLength(2);
  });

  test("a stale socket that speaks again is live again", () => {
    last().say({});
    vi.advanceTimersByTime(6_000);
    last().say({});
    expect(state()).toBe("live");
  });

  test("gives up an attempt that neither opens nor fails", () => {
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(sockets).toHaveLength(2);
  });

  test("does not listen to a socket that it has dropped", () => {
    const old = last();
    old.end();
    vi.advanceTimersByTime(1_000);
    old.say({ late: true });
    old.end();
    expect(heard).toEqual([]);
    expect(sockets).toHaveLength(2);
  });

  test("resync drops what it had and starts over", () => {
    last().say({});
    feed.resync();
    expect(sockets[0]?.closed).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });

  test("bytes that are no JSON are told apart", () => {
    last().say("<html>");
    expect([garbage, heard.length]).toEqual([1, 0]);
  });
});

test.each([
  [0, 0, 250],
  [0, 1, 500],
  [1, 1, 1_000],
  [2, 0.5, 1_500],
  [3, 1, 4_000],
  [50, 1, 4_000],
  [50, 0, 2_000],
])("after %i failures, with chance %f, the pause is %i ms", (failures, chance, wanted) => {
  expect(pause(failures, chance)).toBe(wanted);
});

test("the feed is as private as the page", () => {
  expect(feed_address({ protocol: "https:", host: "a:1" })).toBe("wss://a:1/v1/feed?tick=true");
  expect(feed_address({ protocol: "http:", host: "a" })).toBe("ws://a/v1/feed?tick=true");
});

describe("the feed of somebody who is signed in", () => {
  const admitted = (ticket: () => Promise<string | null>) => {
    feed.stop();
    sockets = [];
    const listener = { on_message: () => {}, on_garbage: () => {}, on_link: () => {} };
    const open = (address: string) => {
      sockets.push(new Socket(address));
      return last() as unknown as WebSocket;
    };
    const outside = { open, ticket, now: Date.now, chance: () => 1 };
    feed = new Feed("ws://here/v1/feed?tick=true", () => 7, listener, outside);
  };

  test("shows a fresh ticket at every attempt, and none where nobody asks", async () => {
    const tickets = ["one", "two", null];
    admitted(async () => tickets.shift() ?? null);
    for (const shown of ["&ticket=one", "&ticket=two", ""]) {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(last().address).toBe(`ws://here/v1/feed?tick=true&after=7${shown}`);
      last().end();
    }
  });

  test("tries again where it got no ticket", async () => {
    const answers = [() => Promise.reject(new Error("no answer")), async () => "late"];
    admitted(() => (answers.shift() ?? (async () => null))());
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(last().address).toContain("&ticket=late");
  });

  test("that was stopped while it waited for its ticket opens nothing", async () => {
    let give: (ticket: string) => void = () => {};
    admitted(() => new Promise((resolve) => (give = resolve)));
    feed.stop();
    give("late");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets).toHaveLength(0);
  });
});
