// Come here for what is kept on the phone from one walk to the next: only what its owner saved.
import { amount, lenient, nullable, shape, text } from "../check.js";

export interface Home {
  readonly label: string;
  readonly lon: number;
  readonly lat: number;
}

/** Never a PIN: whoever takes the phone away would find it, and which of two is the other one. */
export interface Saved {
  readonly home: Home | null;
  readonly contact: string;
}

const PLACE = "lamplighter-sos-walk";
const nothing: Saved = { home: null, contact: "" };

const read = shape({
  home: lenient(nullable(shape({ label: text, lon: amount, lat: amount })), null),
  contact: lenient(text, ""),
});

export function saved(): Saved {
  try {
    const kept = localStorage.getItem(PLACE) ?? "{}";
    const found = read(JSON.parse(kept));
    // An older page kept PINs here.
    if (kept.includes('"pin"')) localStorage.setItem(PLACE, JSON.stringify(found));
    return found;
  } catch {
    return nothing;
  }
}

export function save(part: Partial<Saved>): Saved {
  const whole = { ...saved(), ...part };
  try {
    localStorage.setItem(PLACE, JSON.stringify(whole));
  } catch {
    // A private window keeps nothing: it is asked for again next time.
  }
  return whole;
}

export function forget(): Saved {
  try {
    localStorage.removeItem(PLACE);
  } catch {
    // Nothing could be kept there either.
  }
  return nothing;
}

/** A name that was typed over means another place, and that one nobody has told us. */
export const place_of = (label: string, home: Home | null): Home | null =>
  home && home.label === label.trim() ? home : null;
