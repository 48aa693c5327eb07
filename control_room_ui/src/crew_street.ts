// Come here for which lamps make a street: those of one address, or those along a drawn line. Pure.
import { flat, type LonLat } from "./earth.js";

/** From the middle of a road to the lamps on either side, and the hand that draws is not exact. */
export const ALONG_M = 20;

type Spot = readonly [east: number, north: number];

/** The places within `metres` of the line through these corners. */
export function along<P extends LonLat>(
  places: Iterable<P>,
  corners: readonly LonLat[],
  metres = ALONG_M,
): P[] {
  const [origin] = corners;
  if (!origin) return [];
  const line = corners.map((corner) => flat(origin, corner));
  return [...places].filter((place) => distance(flat(origin, place), line) <= metres);
}

/** One address may be a whole neighbourhood: a test takes the lamps around the one that was meant. */
export function nearest_first<P extends LonLat>(origin: LonLat, places: readonly P[]): P[] {
  const far = (place: P) => Math.hypot(...flat(origin, place));
  return [...places].sort((a, b) => far(a) - far(b));
}

function distance(spot: Spot, line: readonly Spot[]): number {
  if (line.length === 1) return Math.hypot(...between(line[0] ?? spot, spot));
  const pieces = line.slice(1).map((end, n) => to_piece(spot, line[n] ?? end, end));
  return Math.min(...pieces);
}

const between = (a: Spot, b: Spot): [number, number] => [b[0] - a[0], b[1] - a[1]];

function to_piece(spot: Spot, start: Spot, end: Spot): number {
  const [east, north] = between(start, end);
  const [x, y] = between(start, spot);
  const length = east * east + north * north;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, (x * east + y * north) / length));
  return Math.hypot(x - share * east, y - share * north);
}
