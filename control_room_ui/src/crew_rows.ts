// Come here for which lamps the crew's list shows, and in which order. Pure.
import type { CrewLamp } from "./crew_wire.js";
import type { LampView } from "./wire.js";
import type { World } from "./world.js";

export const filters = ["all", "needs_ladder", "faulty", "silent", "unknown", "online"] as const;
export type Filter = (typeof filters)[number];
export const sorts = ["need", "label", "address", "heard"] as const;
export type Sort = (typeof sorts)[number];

/** A lamp as it is now: what the feed said since it was loaded counts for more. */
export interface Row {
  readonly lamp: CrewLamp;
  readonly view: LampView;
  readonly status: "online" | "silent" | "unknown";
}

export interface Wish {
  filter: Filter;
  sort: Sort;
  descending: boolean;
  query: string;
}

export function row_of(world: World, lamp: CrewLamp): Row {
  const view = world.heard.get(lamp.lamp_id)?.view ?? lamp.view;
  const status = view.online === null ? lamp.status : view.online ? "online" : "silent";
  return { lamp, view, status };
}

export function is_in({ lamp, view, status }: Row, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "faulty") return view.faults.length > 0;
  if (filter === "needs_ladder") return lamp.needs_ladder.length > 0;
  return status === filter;
}

export function counted(rows: readonly Row[]): Record<Filter, number> {
  const counts = Object.fromEntries(filters.map((one) => [one, 0])) as Record<Filter, number>;
  for (const row of rows) for (const one of filters) counts[one] += is_in(row, one) ? 1 : 0;
  return counts;
}

/** Who needs somebody most comes first. */
const urgency = (row: Row) =>
  (["needs_ladder", "faulty", "silent", "unknown"] as const).findIndex((one) => is_in(row, one));
const need = (row: Row) => (urgency(row) < 0 ? filters.length : urgency(row));

const in_korean = new Intl.Collator("ko", { numeric: true });
const heard = ({ lamp }: Row) => (lamp.seen_at ? Date.parse(lamp.seen_at) : 0);

/** Of what is out of order; where nothing is, it does not matter who walks there. */
export const is_on_a_walked_way = (row: Row): boolean => urgency(row) >= 0 && row.lamp.walked > 0;
const walked = (row: Row) => (is_on_a_walked_way(row) ? row.lamp.walked : 0);

const orders: Record<Sort, (a: Row, b: Row) => number> = {
  need: (a, b) => need(a) - need(b) || walked(b) - walked(a),
  label: () => 0,
  address: (a, b) => in_korean.compare(a.lamp.address, b.lamp.address),
  heard: (a, b) => heard(a) - heard(b),
};
const by_label = (a: Row, b: Row) =>
  in_korean.compare(a.lamp.label, b.lamp.label) || (a.lamp.lamp_id < b.lamp.lamp_id ? -1 : 1);

export function shown_rows(all: readonly Row[], wish: Wish): Row[] {
  const words = wish.query.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((row) => is_in(row, wish.filter) && says(row, words));
  const order = orders[wish.sort];
  const turn = wish.descending ? -1 : 1;
  return found.sort((a, b) => turn * (order(a, b) || by_label(a, b)));
}

/** Every word is in the lamp's name, id or address. */
function says({ lamp }: Row, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${lamp.label} ${lamp.lamp_id} ${lamp.address}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The same question asked again is not worked out again: the page is drawn every second. */
export function remembered<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | null = null;
  return (...args) => {
    if (last?.args.length === args.length && args.every((one, n) => one === last?.args[n]))
      return last.result;
    last = { args, result: work(...args) };
    return last.result;
  };
}
