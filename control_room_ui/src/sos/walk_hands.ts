// Come here for what fingers do to a walk.
import { new_id, new_secret } from "../screen.js";
import type { Hands, Page } from "./page.js";
import { share } from "./share.js";
import { is_going } from "./walk.js";
import { letter_of } from "./walk_letter.js";
import { forget, save } from "./walk_wishes.js";
import type { Walker } from "./walker.js";
import { walk_languages } from "./words_walk.js";

export type WalkHands = Pick<
  Hands,
  "begin" | "wish" | "send_link" | "leave_walk" | "save_home" | "forget_walks"
>;

export function walk_hands(
  page: () => Page,
  change: (part: Partial<Page>) => void,
  walker: Walker,
): WalkHands {
  return {
    begin: (wanted, label) => {
      change({ saved: save({ contact: wanted.contact }) });
      const own = { walk_id: new_id(), phone_secret: new_secret() };
      const start = {
        ...own,
        label,
        letter: letter_of(wanted, page().settings.language),
        fix: page().fix,
      };
      walker.take({ type: "begun", at: Date.now(), ...start });
    },
    wish: (what, pin) => {
      const { walk } = page();
      const needs_pin = is_going(walk) && walk.shown?.needs_pin && what !== "resume";
      const asks = needs_pin && pin === undefined;
      // A PIN that was typed is asked for until the centre has answered: it may have been the wrong one.
      if (pin === undefined) change({ walk_asks: asks ? what : null });
      if (!asks) walker.take({ type: "wished", wish: { do: what, pin: pin ?? null } });
    },
    send_link: () => {
      const { walk, settings } = page();
      const link = is_going(walk) ? walk.guardian : null;
      if (!link) return;
      void share(walk_languages[settings.language].link_message, link.url).then(
        (link_sent) => link_sent && change({ link_sent }),
      );
    },
    leave_walk: () => walker.take({ type: "dismissed" }),
    save_home: (label) => {
      const { fix } = page();
      if (fix) change({ saved: save({ home: { label, lon: fix.lon, lat: fix.lat } }) });
    },
    forget_walks: () => change({ saved: forget() }),
  };
}
