// Come here for how markers that would lie on each other are told apart, whatever the zoom.
// Law: an incident that waits, and the chosen one, always has a marker of its own. Others that
// fall together share one marker with their number. Nobody is left out.
import type { LonLat } from "./earth.js";

export interface Spot extends LonLat {
  id: string;
  /** Must have a marker of its own: it waits for somebody, or it is the chosen one. */
  alone: boolean;
}

/** One marker on the map: where it is drawn, where its incidents really are, and which they are. */
export interface Marker {
  at: LonLat;
  place: LonLat;
  ids: string[];
}

/** Pixels between two markers: that of a pin with its ring. */
const APART = 28;
/** MapLibre's world at zoom 0. */
const WORLD = 512;

interface Point {
  x: number;
  y: number;
}

/** Spots are given in order of need: the first of those that fall together gives their place. */
export function gather(spots: readonly Spot[], zoom: number): Marker[] {
  const scale = WORLD * 2 ** zoom;
  const cells = new Map<string, Group>();
  const groups: Group[] = [];
  for (const spot of spots) {
    const here = to_pixels(spot, scale);
    const near = nearest(cells, here);
    if (near) near.members.push(spot);
    else groups.push(settle(cells, { here, members: [spot] }));
  }
  return groups.flatMap((group) => markers_of(group, scale));
}

interface Group {
  here: Point;
  members: Spot[];
}

const cell_of = ({ x, y }: Point, dx = 0, dy = 0) =>
  `${Math.floor(x / APART) + dx},${Math.floor(y / APART) + dy}`;

/** A cell is as wide as markers must be apart: whoever is too near stands in one of nine. */
function nearest(cells: ReadonlyMap<string, Group>, here: Point): Group | undefined {
  for (const dx of [0, -1, 1]) {
    for (const dy of [0, -1, 1]) {
      const group = cells.get(cell_of(here, dx, dy));
      if (group && Math.hypot(group.here.x - here.x, group.here.y - here.y) < APART) return group;
    }
  }
  return undefined;
}

function settle(cells: Map<string, Group>, group: Group): Group {
  cells.set(cell_of(group.here), group);
  return group;
}

function markers_of({ here, members }: Group, scale: number): Marker[] {
  const single = members.filter(({ alone }) => alone).map((one) => [one]);
  const others = members.filter(({ alone }) => !alone);
  const shares = others.length > 0 ? [...single, others] : single;
  return shares.map((share, n) => {
    const place = share[0] ?? here_of(here, scale);
    const at = shares.length === 1 ? place : here_of(fanned(here, n), scale);
    return { at, place, ids: share.map(({ id }) => id) };
  });
}

/** Places in the innermost circle: so many fit at the distance of two markers. */
const FIRST_CIRCLE = 6;

/** Round about the place: six in the first circle, twelve in the second, and so on. */
function fanned({ x, y }: Point, n: number, circle = 1): Point {
  const places = FIRST_CIRCLE * circle;
  if (n >= places) return fanned({ x, y }, n - places, circle + 1);
  const angle = (2 * Math.PI * n) / places - Math.PI / 2;
  const radius = APART * circle;
  return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
}

/** Web Mercator, as the map has it. */
function to_pixels({ lon, lat }: LonLat, scale: number): Point {
  const sine = Math.sin((lat * Math.PI) / 180);
  const north = Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  return { x: (lon / 360 + 0.5) * scale, y: (0.5 - north) * scale };
}

function here_of({ x, y }: Point, scale: number): LonLat {
  const angle = Math.PI * (1 - (2 * y) / scale);
  return { lon: (x / scale - 0.5) * 360, lat: (Math.atan(Math.sinh(angle)) * 180) / Math.PI };
}
