// Come here for where the phone is, and for when a new position is worth a message to the centre.

/** WGS84 degrees; accuracy_m is the radius of 95 % confidence, null unknown; fixed_at in ms. */
export interface Fix {
  readonly lon: number;
  readonly lat: number;
  readonly accuracy_m: number | null;
  readonly fixed_at: number;
}

/** The dispatcher takes less for the wavering of one position (`moved_at_least_m` of its plan). */
const MOVED_AT_LEAST_M = 8;
/** A circle of half the width is another search: a street instead of a block. */
const BETTER_BY = 0.5;
/** Who stands still says so once a minute: the desk calls a position old after two. */
export const SAID_AGAIN_AFTER_MS = 60_000;

export function newer(held: Fix | null, found: Fix): Fix {
  return held && held.fixed_at > found.fixed_at ? held : found;
}

/** Moved, much better known, or not said for a while. A repeat or an older one is never. */
export function worth_telling(told: Fix | null, found: Fix): boolean {
  if (!told) return true;
  if (found.fixed_at <= told.fixed_at) return false;
  const waver = Math.max(MOVED_AT_LEAST_M, (found.accuracy_m ?? 0) / 2);
  return (
    metres_between(told, found) >= waver ||
    is_better(told, found) ||
    found.fixed_at - told.fixed_at >= SAID_AGAIN_AFTER_MS
  );
}

function is_better(told: Fix, found: Fix): boolean {
  if (found.accuracy_m === null) return false;
  return told.accuracy_m === null || found.accuracy_m <= told.accuracy_m * BETTER_BY;
}

const EARTH_RADIUS_M = 6_371_000;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** On the plane that touches the earth there: exact enough over the few streets of a walk. */
export function metres_between(one: Fix, other: Fix): number {
  const east = radians(other.lon - one.lon) * Math.cos(radians(one.lat));
  return EARTH_RADIUS_M * Math.hypot(east, radians(other.lat - one.lat));
}
