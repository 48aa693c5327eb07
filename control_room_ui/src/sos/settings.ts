// Come here for what the owner of the phone has chosen, kept from one start to the next.
import { flag, lenient, oneOf, shape } from "../check.js";
import { type Language, spoken_language } from "./words.js";

export interface Settings {
  readonly language: Language;
  /** A short tap starts the countdown; otherwise only holding cries. A keyboard always may. */
  readonly tap: boolean;
  readonly shake: boolean;
}

const PLACE = "lamplighter-sos-settings";

export function kept_settings(): Settings {
  const language = spoken_language(navigator.languages);
  const read = shape({
    language: lenient(oneOf("ko", "en", "zh", "vi"), language),
    tap: lenient(flag, true),
    shake: lenient(flag, false),
  });
  try {
    return read(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return { language, tap: true, shake: false };
  }
}

export function keep_settings(settings: Settings): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(settings));
  } catch {
    // A private window keeps nothing: it is chosen again next time.
  }
}
