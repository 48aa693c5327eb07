// Come here for the shape of letters that somebody should have taken, and has not.
import {
  amount,
  as_described,
  type Checked,
  moment,
  oneOf,
  readable,
  shape,
  text,
} from "./check.js";
import type * as said from "./documents.js";

const letter = as_described<said.LetterOut, "urgency" | "due_at" | "told" | "last_error">()(
  shape({
    outbox_id: text,
    target: text,
    incident_id: text,
    state: oneOf("waiting", "taken", "dead"),
    made_at: moment,
    attempts: amount,
  }),
);
export type Letter = Checked<typeof letter>;

export const letter_page = shape({ letters: readable(letter) });

/** What one target has not been told about one incident, the oldest first. */
export interface Untaken {
  readonly target: string;
  readonly incident_id: string;
  readonly letters: readonly Letter[];
}

export function untaken(letters: readonly Letter[]): Untaken[] {
  const found = new Map<string, Letter[]>();
  for (const letter of letters) {
    const key = `${letter.target} ${letter.incident_id}`;
    found.set(key, [...(found.get(key) ?? []), letter]);
  }
  return [...found.values()].flatMap((some) => {
    const [first] = some;
    return first ? [{ target: first.target, incident_id: first.incident_id, letters: some }] : [];
  });
}
