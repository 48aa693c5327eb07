// Come here for what a screen holds besides the world, and what an operator can do at it.
import type { Move } from "./calls.js";
import type { Link } from "./feed.js";
import type { Replay } from "./replay.js";
import { anything, type Search } from "./search.js";
import type { Myself } from "./sign_in/calls.js";
import type { Incident, JournalEntry, Position } from "./wire.js";
import type { Letter, Untaken } from "./wire_letters.js";
import type { Language, Words } from "./words.js";
import type { World } from "./world.js";

/** Fields that a form cannot do without. */
export type Wanting = keyof Words["wanting"];

export interface Desk {
  language: Language;
  /** Who is signed in; null where nobody is asked to. */
  myself: Myself | null;
  link: Link;
  /** The dispatcher's clock, as well as this screen knows it. */
  now: number;
  chosen: string | null;
  list: "open" | "closed" | "walks" | "untold";
  /** What is looked for among the closed ones, and what was found; null while it is looked for. */
  search: Search;
  found: readonly string[] | null;
  /** A past incident that is shown instead of the live map and panel. */
  replay: Replay | null;
  /** The sheet that says which key does what. */
  help: boolean;
  /** What is shown on the map and below it. */
  legend: boolean;
  jurisdictions: boolean;
  neighbourhoods: boolean;
  /** Of the chosen incident; null while it is on its way. */
  journal: readonly JournalEntry[] | null;
  journal_missing: boolean;
  /** About which somebody has to telephone; null: not heard yet. */
  letters: readonly Letter[] | null;
  /** That somebody was told is on its way to the dispatcher. */
  is_telling: boolean;
  /** The other pages that this dispatcher serves, by their names. */
  pages: readonly string[];
  lamps_missing: boolean;
  map_missing: boolean;
  /** The district has a map of its own, and it could not be loaded. */
  base_missing: boolean;
  sending: Move | null;
  /** Why the last move was not done: what was thrown. */
  trouble: unknown;
  /** What a form still lacks before it can be sent. */
  wanting: Wanting | null;
  /** A dangerous choice that was pressed once and must be pressed again. */
  armed: string | null;
  /** What was copied a moment ago. */
  copied: string | null;
  sound: boolean;
}

export const first_desk = (language: Language, now: number): Desk => ({
  language,
  myself: null,
  link: { state: "connecting", since: now },
  now,
  chosen: null,
  list: "open",
  search: anything,
  found: null,
  replay: null,
  help: false,
  legend: true,
  jurisdictions: true,
  neighbourhoods: true,
  journal: null,
  journal_missing: false,
  letters: null,
  is_telling: false,
  pages: [],
  lamps_missing: false,
  map_missing: false,
  base_missing: false,
  sending: null,
  trouble: null,
  wanting: null,
  armed: null,
  copied: null,
  sound: false,
});

/** What an operator may show or hide. */
export type Shown = Pick<Desk, "help" | "legend" | "jurisdictions" | "neighbourhoods">;

/** What the operator can do at this desk. */
export interface Hands {
  choose(incident_id: string): void;
  /** Chooses an incident that this screen may not have heard of yet. */
  open(incident_id: string): void;
  show_list(list: Desk["list"]): void;
  search(part: Partial<Search>): void;
  start_replay(incident_id: string): void;
  replay_at(frame: number): void;
  play_or_pause(): void;
  end_replay(): void;
  /** True if it was done. */
  move(incident: Incident, move: Move, body: object): Promise<boolean>;
  /** The target was told otherwise; true if that is written down. */
  told(one: Untaken, text: string): Promise<boolean>;
  /** Sent once more, and with its whole time again. */
  tell_again(one: Untaken): Promise<boolean>;
  /** Says what is missing; the browser's own bubble would keep the language that it began in. */
  want(field: Wanting | null): void;
  arm(choice: string): void;
  copy(name: string, text: string): void;
  show(part: Partial<Shown>): void;
  switch_language(): void;
  test_sound(): void;
  show_whole_district(): void;
  look_at_place(here: Position): void;
}

/** All that a part of the page needs in order to be drawn. */
export interface Sight {
  world: World;
  desk: Desk;
  /** Those that go out from a jurisdiction. */
  units: readonly string[];
  hands: Hands;
  words: Words;
}
