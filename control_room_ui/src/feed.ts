// Come here for the live feed: the one file that touches WebSocket.
// Law: it connects for ever, resumes where it stopped, and never lets an old picture look live.
import { feed_ticket } from "./sign_in/calls.js";
import { is_turned_away } from "./sign_in/threshold.js";

export type Link =
  /** No frame yet since the page was opened. */
  | { state: "connecting"; since: number }
  | { state: "live"; since: number }
  /** The socket is open, but nothing has come over it since `since`. */
  | { state: "stale"; since: number }
  /** The socket is gone; the picture is as of `since`. */
  | { state: "reconnecting"; since: number; retry_at: number };

export interface Listener {
  on_message(value: unknown): void;
  /** Bytes that are no JSON. */
  on_garbage(): void;
  on_link(link: Link): void;
}

export interface Outside {
  open(address: string): WebSocket;
  /** A word that opens one feed; null where nobody has to sign in. */
  ticket?(): Promise<string | null>;
  now(): number;
  chance(): number;
}

/** The server says something every 2 s; twice missed and a bit is silence. */
const STALE_AFTER_MS = 5_000;
/** A socket this silent is dead whatever the operating system says: open another. */
const GIVE_UP_AFTER_MS = 10_000;
/** A connection attempt that neither opens nor fails must not hold up the next one. */
const LOOK_EVERY_MS = 500;

const FIRST_PAUSE_MS = 500;
/** A control room must be back within seconds of its server. */
const LONGEST_PAUSE_MS = 4_000;

/** Milliseconds before the attempt after `failures`; chance (0 to 1) keeps screens from a stampede. */
export function pause(failures: number, chance: number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return Math.round(whole * (0.5 + chance / 2));
}

export class Feed {
  private socket: WebSocket | null = null;
  private link: Link;
  private heard_at: number;
  private failures = 0;
  /** Raised to let go of an attempt that still waits for its ticket. */
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly watch: ReturnType<typeof setInterval>;

  /** `resume_after` gives the last seq that was taken, or null to ask for a snapshot. */
  constructor(
    private readonly address: string,
    private readonly resume_after: () => number | null,
    private readonly listener: Listener,
    private readonly outside: Outside = browser,
  ) {
    this.heard_at = outside.now();
    this.link = { state: "connecting", since: this.heard_at };
    this.watch = setInterval(() => this.look(), LOOK_EVERY_MS);
    listener.on_link(this.link);
    this.connect();
  }

  /** Start over with a snapshot; resume_after must say null by now. */
  resync(): void {
    this.lose();
  }

  stop(): void {
    clearInterval(this.watch);
    this.drop();
  }

  private connect(): void {
    const attempt = ++this.attempts;
    if (this.outside.ticket) {
      this.outside.ticket().then(
        (ticket) => attempt === this.attempts && this.open(ticket),
        () => attempt === this.attempts && this.lose(),
      );
    } else {
      this.open(null);
    }
  }

  private open(ticket: string | null): void {
    const after = this.resume_after();
    const query = (after === null ? "" : `&after=${after}`) + (ticket ? `&ticket=${ticket}` : "");
    const socket = this.outside.open(this.address + query);
    this.socket = socket;
    this.heard_at = this.outside.now();
    // A socket that was dropped may still speak: only the present one is listened to.
    const is_mine = () => this.socket === socket;
    socket.onmessage = (event) => is_mine() && this.take(event.data);
    socket.onclose = () => is_mine() && this.lose();
  }

  private take(data: unknown): void {
    this.heard_at = this.outside.now();
    this.failures = 0;
    if (this.link.state !== "live") this.tell({ state: "live", since: this.heard_at });
    const value = parsed(data);
    if (value === undefined) this.listener.on_garbage();
    else this.listener.on_message(value);
  }

  private lose(): void {
    this.drop();
    const wait = pause(this.failures, this.outside.chance());
    this.failures += 1;
    const retry_at = this.outside.now() + wait;
    this.tell({ state: "reconnecting", since: this.picture_of(), retry_at });
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private look(): void {
    if (this.socket === null) return;
    const silence = this.outside.now() - this.heard_at;
    if (silence > GIVE_UP_AFTER_MS) this.lose();
    else if (silence > STALE_AFTER_MS && this.link.state === "live")
      this.tell({ state: "stale", since: this.heard_at });
  }

  /** When the picture on the screen was last true. */
  private picture_of(): number {
    return this.link.state === "live" ? this.heard_at : this.link.since;
  }

  private drop(): void {
    clearTimeout(this.retry);
    this.attempts += 1;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private tell(link: Link): void {
    this.link = link;
    this.listener.on_link(link);
  }
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}

const browser: Outside = {
  open: (address) => new WebSocket(address),
  // Whoever may not see this page asks for nothing more.
  ticket: () => (is_turned_away() ? new Promise(() => undefined) : feed_ticket()),
  now: () => Date.now(),
  chance: () => Math.random(),
};

/** The feed's address beside the page that asks; a tick every 2 s of silence shows that it lives. */
export function feed_address(page: { protocol: string; host: string }): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/v1/feed?tick=true`;
}
