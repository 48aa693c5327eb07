// Come here for what the crew's page holds besides the world, and what can be done at it.
import type { Filter, Sort } from "./crew_rows.js";
import type { AreaImport, CrewLamp, LampImport, LampTest } from "./crew_wire.js";
import type { CrewWords } from "./crew_words.js";
import type { LonLat } from "./earth.js";
import type { Link } from "./feed.js";
import type { Myself } from "./sign_in/calls.js";
import type { Language, Words } from "./words.js";
import type { World } from "./world.js";

/** A file between its choice and its end. */
export interface Import {
  file: File;
  kind: "lamps" | "areas";
  doing: "reading" | "writing" | null;
  lamps: LampImport | null;
  areas: AreaImport | null;
  trouble: unknown;
}

export interface Crew {
  language: Language;
  /** Who is signed in; null where nobody is asked to. */
  myself: Myself | null;
  link: Link;
  now: number;
  tab: "lamps" | "import";
  /** As they were loaded last; null before that. */
  lamps: readonly CrewLamp[] | null;
  lamps_missing: boolean;
  map_missing: boolean;
  filter: Filter;
  sort: Sort;
  descending: boolean;
  query: string;
  /** The lamp that the keyboard is at. */
  cursor: string | null;
  chosen: ReadonlySet<string>;
  /** More were wished than a test takes. */
  too_many: boolean;
  scroll: number;
  height: number;
  /** The corners of a line that is being drawn. */
  line: readonly LonLat[] | null;
  scene: "bright" | "blink";
  seconds: number;
  test: LampTest | null;
  test_unheard: boolean;
  busy: boolean;
  trouble: unknown;
  /** Retiring was pressed once and must be pressed again. */
  armed: boolean;
  retired: number | null;
  import: Import | null;
  import_trouble: "too_large" | "unknown_kind" | null;
}

export const first_crew = (language: Language, now: number): Crew => ({
  language,
  myself: null,
  link: { state: "connecting", since: now },
  now,
  tab: "lamps",
  lamps: null,
  lamps_missing: false,
  map_missing: false,
  filter: "all",
  sort: "need",
  descending: false,
  query: "",
  cursor: null,
  chosen: new Set(),
  too_many: false,
  scroll: 0,
  height: 600,
  line: null,
  scene: "bright",
  seconds: 60,
  test: null,
  test_unheard: false,
  busy: false,
  trouble: null,
  armed: false,
  retired: null,
  import: null,
  import_trouble: null,
});

/** The most that one test takes. */
export const MOST_TESTED = 200;

/** Exactly these are chosen, as many as a test takes. */
export function choice(lamp_ids: Iterable<string>): Pick<Crew, "chosen" | "too_many"> {
  const all = [...new Set(lamp_ids)];
  return { chosen: new Set(all.slice(0, MOST_TESTED)), too_many: all.length > MOST_TESTED };
}

export interface CrewHands {
  change(part: Partial<Crew>): void;
  switch_language(): void;
  /** Moves the keyboard's lamp so many rows on. */
  step(rows: number): void;
  toggle_here(): void;
  look_here(): void;
  toggle(lamp_id: string): void;
  choose(lamp_ids: Iterable<string>): void;
  look_at(lamp_ids: Iterable<string>): void;
  show_whole_district(): void;
  finish_line(): void;
  start_test(): void;
  end_test(): void;
  forget_test(): void;
  retire(): void;
  print(): void;
  take_file(file: File): void;
  write_import(): void;
  preview_again(): void;
  download_rejects(): void;
}

export interface CrewView {
  world: World;
  crew: Crew;
  hands: CrewHands;
  words: CrewWords;
  /** What every page says alike: faults, links, refusals. */
  common: Words;
}
