// Come here for times: the district's zone whatever the screen's own zone is, and running clocks.

/** Lamplighter's districts are Korean; an operator abroad must still read the street's own hour. */
const DISTRICT_ZONE = "Asia/Seoul";

// hourCycle h23, for midnight is 00, not 24; sv-SE writes dates in ISO order.
const hour = new Intl.DateTimeFormat("sv-SE", {
  timeZone: DISTRICT_ZONE,
  hourCycle: "h23",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: DISTRICT_ZONE, dateStyle: "short" });

export const hour_of = (at: number | string): string => hour.format(new Date(at));

/** What is read on any day needs its day. */
export const dated = (at: number | string): string => `${day.format(new Date(at))} ${hour_of(at)}`;

/** The hour, after the day where that is not today's; `now` null: always after the day. */
export function when(at: number | string, now: number | null): string {
  const is_today = now !== null && day.format(new Date(at)) === day.format(now);
  return is_today ? hour_of(at) : dated(at);
}

/** From the earliest dusk of the year to the latest dawn it may be dark in the district's streets. */
const DAWN = "08";
const DUSK = "17";

export const is_day = (at: number): boolean => hour_of(at) >= DAWN && hour_of(at) < DUSK;

/** 0:07, 12:34, 1:02:03, and from two days on, days. */
export function elapsed(from: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = `${two(seconds % 60)}`;
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Is a lamp that flashes once a second lit now? Counted from the Unix epoch, as the lamps do. */
export function is_lit(now: number): boolean {
  return now % FLASH_PERIOD_MS < FLASH_LIT_MS;
}

/** Milliseconds until is_lit changes. */
export function until_flash_turns(now: number): number {
  const into = now % FLASH_PERIOD_MS;
  return into < FLASH_LIT_MS ? FLASH_LIT_MS - into : FLASH_PERIOD_MS - into;
}

/** One flash a second: well under the three that can hurt (WCAG 2.3.1). */
const FLASH_PERIOD_MS = 1_000;
const FLASH_LIT_MS = 600;

/** Frames remembered: half a minute of ticks, so that a clock that was set right is soon believed. */
const FRAMES = 15;

/** The dispatcher's clock, judged by what the feed says: a screen's own clock may be minutes off. */
export class ServerClock {
  private leads: number[] = [];

  constructor(private readonly local: () => number) {}

  heard(at: string): void {
    this.leads = [...this.leads, Date.parse(at) - this.local()].slice(-FRAMES);
  }

  /** A frame is never early, only late: the greatest lead seen is the nearest to the truth. */
  now(): number {
    return this.local() + (this.leads.length > 0 ? Math.max(...this.leads) : 0);
  }
}
