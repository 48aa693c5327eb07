// Come here for what the police desk holds besides the room's state, and what it keeps on the tablet.
import { is_day } from "../clock.js";
import type { Desk, Hands } from "../sight.js";
import type { Myself } from "../sign_in/calls.js";
import type { Area, Incident } from "../wire.js";
import type { Language, Words } from "../words.js";
import { in_order_of_need, is_open, type World } from "../world.js";
import { police_en } from "./words_police_en.js";
import { type PoliceWords, police_ko } from "./words_police_ko.js";

export type Light = "day" | "night";

export interface Cab {
  jurisdiction: string;
  light: Light;
  /** Asking how the chosen incident ended. */
  closing: boolean;
  help: boolean;
  /** What became of an incident that is no longer shown. */
  farewell: { how: "cleared" | "left"; incident: Incident } | null;
}

export const first_cab = (jurisdiction: string, light: Light): Cab => ({
  jurisdiction,
  light,
  closing: false,
  help: false,
  farewell: null,
});

/** All that a part of the page needs in order to be drawn. */
export interface Sight {
  world: World;
  desk: Desk;
  cab: Cab;
  /** The district's name, which every address begins with. */
  district: string;
  stations: Stations;
  hands: Hands & CabHands;
  /** What every screen says, and what only this one does. */
  common: Words;
  words: PoliceWords;
}

/** Which unit goes out from here, and which from the other jurisdictions. */
export interface Stations {
  own: string | null;
  others: readonly string[];
}

export function stations_of(areas: readonly Area[], jurisdiction: string): Stations {
  const all = areas.filter(({ properties }) => properties.kind === "jurisdiction");
  const ours = all.find(({ properties }) => properties.name === jurisdiction);
  const units = all.flatMap(({ properties }) => properties.unit ?? []);
  const own = ours?.properties.unit ?? null;
  return { own, others: units.filter((unit) => unit !== own) };
}

/** Given to another station; a unit that no jurisdiction knows may be a car of ours. */
export const is_for_others = ({ others }: Stations, { unit }: Incident): boolean =>
  unit !== null && others.includes(unit);

export interface CabHands {
  change(part: Partial<Cab>): void;
  switch_light(): void;
  change_jurisdiction(): void;
  centre(): void;
}

export const police_words: Record<Language, PoliceWords> = { ko: police_ko, en: police_en };

/** Open incidents, whoever waits longest first. */
export const cases = (world: World): Incident[] =>
  in_order_of_need([...world.incidents.values()].filter(is_open));

/** What of the place is said first: the address, or else the number. */
export const spoken_place = ({ place }: Incident, words: PoliceWords): string =>
  place.address ?? place.number ?? words.no_place;

/** The address without the district that everybody here knows, and that district. */
export function parted(address: string, district: string): [before: string, here: string] {
  const is_within = district !== "" && address.startsWith(`${district} `);
  return is_within ? [district, address.slice(district.length + 1)] : ["", address];
}

/** Short enough for a tab, and different for two places in one neighbourhood. */
export function short_place(incident: Incident, words: PoliceWords, district: string): string {
  const { address, number } = incident.place;
  const here = address === null ? "" : parted(address, district)[1];
  return [here, number?.slice(3)].filter(Boolean).join(" ") || words.no_place;
}

/** A link that any navigation app on the tablet answers to (RFC 5870; the label is Android's). */
export function navigation_link(incident: Incident): string | null {
  const { position, address, number } = incident.place;
  if (!position) return null;
  const at = `${position.lat.toFixed(6)},${position.lon.toFixed(6)}`;
  const label = [address, number].filter(Boolean).join(" ") || "SOS";
  return `geo:${at}?q=${at}(${encodeURIComponent(label)})`;
}

// ---- kept on the tablet

const JURISDICTION = "lamplighter.jurisdiction";
const LIGHT = "lamplighter.light";

/** Asked for in the address, or chosen before; null: not chosen yet. */
export const wanted_jurisdiction = (search: string): string | null =>
  new URLSearchParams(search).get("jurisdiction") || kept(JURISDICTION);

/** Those that somebody is kept to; null: any. */
export const own_jurisdictions = (myself: Myself | null): readonly string[] | null =>
  myself && !myself.roles.some((role) => role === "operator" || role === "supervisor")
    ? myself.jurisdictions
    : null;

export const keep_jurisdiction = (name: string): void => keep(JURISDICTION, name);

/** What was chosen before, or else as the tablet itself has it. */
/** Until somebody has chosen: white in a dark car would blind whoever drives. */
export function first_light(now: number): Light {
  const chosen = kept(LIGHT);
  if (chosen === "day" || chosen === "night") return chosen;
  return is_day(now) && matchMedia("(prefers-color-scheme: light)").matches ? "day" : "night";
}

export const keep_light = (light: Light): void => keep(LIGHT, light);

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is asked for again next time.
  }
}
