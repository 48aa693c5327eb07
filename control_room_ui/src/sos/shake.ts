// Come here for when a shaken phone means a cry for help.
// Law: only hard jerks count, several within a moment; walking, running or a drop is none.

/** Metres per second squared, gravity included: a runner's phone stays below 20. */
const HARD = 25;
const JERKS = 4;
const WITHIN_MS = 2_000;
/** One movement of the arm makes a burst of readings: it counts once. */
const APART_MS = 150;

/** The jerks so far, newest last; `is_cry` when they are enough. */
export interface Shaking {
  readonly jerks: readonly number[];
  readonly is_cry: boolean;
}

export const still: Shaking = { jerks: [], is_cry: false };

export function shaken(before: Shaking, strength: number, at: number): Shaking {
  const jerks = before.jerks.filter((jerk) => at - jerk < WITHIN_MS);
  const last = jerks.at(-1);
  if (strength < HARD || (last !== undefined && at - last < APART_MS)) {
    return { jerks, is_cry: false };
  }
  const more = [...jerks, at];
  return more.length >= JERKS ? { jerks: [], is_cry: true } : { jerks: more, is_cry: false };
}

/** iPhones ask the owner, and only after a touch. */
interface AskingFirst {
  requestPermission?: () => Promise<string>;
}

export async function may_feel(): Promise<boolean> {
  if (!("DeviceMotionEvent" in window)) return false;
  const asking = DeviceMotionEvent as unknown as AskingFirst;
  if (!asking.requestPermission) return true;
  return (await asking.requestPermission().catch(() => "denied")) === "granted";
}

/** Calls `cry` when the phone is shaken; ends when the answer is called. */
export function feel_shaking(cry: () => void): () => void {
  let shaking = still;
  const hear = ({ accelerationIncludingGravity: felt, timeStamp }: DeviceMotionEvent) => {
    const strength = Math.hypot(felt?.x ?? 0, felt?.y ?? 0, felt?.z ?? 0);
    shaking = shaken(shaking, strength, timeStamp);
    if (shaking.is_cry) cry();
  };
  window.addEventListener("devicemotion", hear);
  return () => window.removeEventListener("devicemotion", hear);
}
