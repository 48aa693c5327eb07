// Come here for what the caller feels and hears without looking, and for the screen that stays on.
// Law: a silent cry makes no sound, no vibration and no light.
import { type Cry, nature } from "./cry.js";

export type Cue = "pressed" | "received" | "seen" | "coming" | "counting";

/** What is worth feeling about the step from one state to the next; null: nothing. */
export function cue(before: Cry, after: Cry): Cue | null {
  if (before === after || nature(after).silent) return null;
  if (after.stage === "counting") return before.stage === "counting" ? null : "counting";
  if (after.stage !== "crying") return null;
  if (before.stage !== "crying") return after.receipt ? null : "pressed";
  if (!before.receipt) return after.receipt ? "received" : null;
  return news(before.answer?.state ?? "open", after.answer?.state ?? "open");
}

function news(before: string, after: string): Cue | null {
  if (before === after) return null;
  if (after === "en_route" || after === "on_scene") return "coming";
  return before === "open" ? "seen" : null;
}

/** Milliseconds on, off, on …: felt apart through a coat. */
const patterns: Record<Cue, number[]> = {
  counting: [80],
  pressed: [250],
  received: [120, 80, 120],
  seen: [120, 80, 120],
  coming: [120, 80, 120, 80, 120],
};
const heard: Cue[] = ["received", "seen", "coming"];

export function give(what: Cue): void {
  navigator.vibrate?.(patterns[what]);
  if (heard.includes(what)) chime();
}

const PITCH_HZ = 660;
const CHIME_S = 0.35;

/** One soft tone: the owner hears it, the street does not. */
function chime(): void {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = PITCH_HZ;
  loudness.gain.setValueAtTime(0.15, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + CHIME_S);
  tone.connect(loudness).connect(audio.destination);
  tone.onended = () => void audio.close();
  tone.start();
  tone.stop(audio.currentTime + CHIME_S);
}

let lock: WakeLockSentinel | null = null;
let is_wanted = false;

/** Keeps the screen on while a cry lasts; the system lets go of it whenever the page is hidden. */
export async function stay_awake(wanted: boolean): Promise<void> {
  is_wanted = wanted && document.visibilityState === "visible";
  if (!is_wanted) return let_sleep();
  if ((lock && !lock.released) || !("wakeLock" in navigator)) return;
  lock = await navigator.wakeLock.request("screen").catch(() => null);
  if (!is_wanted) await let_sleep();
}

async function let_sleep(): Promise<void> {
  const held = lock;
  lock = null;
  await held?.release().catch(() => undefined);
}
