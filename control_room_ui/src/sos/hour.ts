// Come here for the hour of the district on the phone, without what makes a weak phone start late.

/** All year since 1988. Intl's own formats cost a weak phone a tenth of a second at its start. */
const DISTRICT_OFFSET_MS = 9 * 3_600_000;

/** 21:00 */
export const short = (at: number): string => hour_of(at).slice(0, "21:00".length);

/** 21:00:30, whatever zone the phone is in. */
export function hour_of(at: number | string): string {
  const there = new Date(new Date(at).getTime() + DISTRICT_OFFSET_MS);
  return there.toISOString().slice("2026-11-22T".length, "2026-11-22T21:00:30".length);
}
