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

/** Long enough to be felt through a bag that swings. */
const ASKED = [400, 150, 400, 150, 400];

/** A question that must be heard: again and again until it is answered. */
export function alarm(): void {
  navigator.vibrate?.(ASKED);
  chime(LOUD_HZ, LOUD, LOUD_S);
}

const PITCH_HZ = 660;
const CHIME_S = 0.35;
const SOFT = 0.15;
/** Where ears are keenest and a phone's small speaker is strong. */
const LOUD_HZ = 1_760;
const LOUD_S = 0.9;
const LOUD = 0.8;

let speaker: AudioContext | null = null;

/** To be called in a tap: a phone lets a page sound only after one, and then for as long as it lives. */
export function open_speaker(): AudioContext {
  speaker ??= new AudioContext();
  if (speaker.state !== "running") void speaker.resume();
  return speaker;
}

/** One tone; the soft one its owner hears, the street does not. */
function chime(pitch_hz = PITCH_HZ, strength = SOFT, seconds = CHIME_S): void {
  const audio = open_speaker();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = pitch_hz;
  loudness.gain.setValueAtTime(strength, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + seconds);
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + seconds);
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
