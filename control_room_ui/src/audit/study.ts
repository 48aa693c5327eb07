// Come here for what an auditor has in front of them, and what they can press.

import type { Myself } from "../sign_in/calls.js";
import type { Journal } from "../wire.js";
import { languages as desk_languages, type Language } from "../words.js";
import type { Audited, Entry, Page, Query, Showing, Verification } from "./calls.js";
import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";

export const languages: Record<Language, Words> = { ko: korean, en: english };

export interface Opened {
  incident_id: string;
  journal: Journal;
  showings: readonly Showing[];
}

export interface Study {
  language: Language;
  /** null: nobody is asked to sign in, or not known yet. */
  myself: Myself | null;
  verification: Verification | null;
  /** What was asked for last, so that links and pages ask for the same. */
  record_query: Query;
  record: Page<Entry> | null;
  incident_query: Query;
  /** null: not theirs to see, or on their way. */
  incidents: Page<Audited> | null;
  opened: Opened | null;
  trouble: ((words: Words) => string) | null;
}

export interface Hands {
  verify(): void;
  search_record(asked: Query): void;
  more_record(): void;
  search_incidents(asked: Query): void;
  more_incidents(): void;
  open(incident_id: string): void;
  switch_language(): void;
}

export interface Sight {
  study: Study;
  hands: Hands;
  words: Words;
  common: (typeof desk_languages)[Language];
}

export const sight_of = (study: Study, hands: Hands): Sight => ({
  study,
  hands,
  words: languages[study.language],
  common: desk_languages[study.language],
});

/** What `<input type="datetime-local">` holds is the district's hour; the wire wants an offset. */
export const said_moment = (local: string): string =>
  local === "" ? "" : `${local.length === 16 ? `${local}:00` : local}+09:00`;
