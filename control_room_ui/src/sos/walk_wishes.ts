// Come here for what is kept on the phone from one walk to the next: only what its owner saved.
import { amount, lenient, nullable, shape, text } from "../check.js";

export interface Home {
  readonly label: string;
  readonly lon: number;
  readonly lat: number;
}

/** The duress PIN is shown nowhere, nor that there is one. */
export interface Saved {
  readonly home: Home | null;
  readonly contact: string;
  readonly pin: string;
  readonly duress_pin: string;
}

const PLACE = "lamplighter-sos-walk";
const nothing: Saved = { home: null, contact: "", pin: "", duress_pin: "" };

const read = shape({
  home: lenient(nullable(shape({ label: text, lon: amount, lat: amount })), null),
  contact: lenient(text, ""),
  pin: lenient(text, ""),
  duress_pin: lenient(text, ""),
});

export function saved(): Saved {
  try {
    return read(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
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
