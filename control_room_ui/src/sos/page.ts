// Come here for what the page knows besides the cry itself, and for what fingers may do to it.
import { type Cry, nature } from "./cry.js";
import type { Fix } from "./fix.js";
import type { Locating } from "./place.js";
import type { Settings } from "./settings.js";
import type { Sent } from "./share.js";
import type { Walk, Wish } from "./walk.js";
import type { Wanted } from "./walk_letter.js";
import type { Saved } from "./walk_wishes.js";
import { languages, type Words } from "./words.js";

/** A drill that was switched on and forgotten must not swallow a real cry of the same night. */
export const DRILL_LASTS_MS = 10 * 60_000;

export interface Page {
  readonly cry: Cry;
  readonly walk: Walk;
  /** What the walker wants that needs a PIN first, the guardian's link that wants to be sent, or a
   * step that wants to be meant. */
  readonly walk_asks: Wish["do"] | "link" | "hide_asked" | "unwatch_asked" | null;
  readonly link_sent: Sent | null;
  readonly saved: Saved;
  readonly fix: Fix | null;
  readonly locating: Locating;
  readonly online: boolean;
  readonly watched: boolean;
  readonly now: number;
  readonly settings: Settings;
  readonly silent: boolean;
  readonly drill_until: number | null;
  readonly shows: "main" | "settings" | "walk";
  /** The caller is asked whether to withdraw, or not to send. */
  readonly asks: boolean;
  readonly shake_denied: boolean;
  readonly installable: boolean;
}

export interface Hands {
  hold(): void;
  let_go(): void;
  tap(): void;
  cancel(): void;
  send_now(): void;
  choose(part: Partial<Page>): void;
  set(part: Partial<Settings>): void;
  shake(wanted: boolean): void;
  withdraw(): void;
  /** After a withdrawal: back to the button. */
  need_again(): void;
  still_needed(): void;
  drop(): void;
  dismiss(): void;
  install(): void;
  begin(wanted: Wanted, label: string): void;
  /** Without a PIN where one is needed, it is asked for. */
  wish(what: Wish["do"], pin?: string): void;
  /** Help at once: a cry, which no lost network stops. */
  help(): void;
  /** The guardian's link, by whatever the phone has for it. */
  send_link(): void;
  leave_walk(): void;
  save_home(label: string): void;
  forget_walks(): void;
}

export const words_of = ({ settings }: Page): Words => languages[settings.language];

export const is_silent = ({ cry, silent }: Page): boolean =>
  cry.stage === "calm" ? silent : nature(cry).silent;

export function is_drill({ cry, drill_until, now }: Page): boolean {
  if (cry.stage !== "calm") return nature(cry).drill;
  return drill_until !== null && now < drill_until;
}
