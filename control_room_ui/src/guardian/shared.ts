// Come here for what a guardian's link shows, as the dispatcher says it, and how it is asked for.
// Law: the token stands behind the # of the address and goes out in a header alone: no log on the
// way, no other site and no preview of the link ever has it.
import {
  amount,
  as_described,
  type Checked,
  flag,
  list,
  moment,
  nullable,
  oneOf,
  shape,
  text,
} from "../check.js";
import type * as said from "../documents.js";

const words = shape({ ko: text, en: text });

export const shared_walk = as_described<said.SharedWalkOut, "words" | "started_at">()(
  shape({
    name: text,
    state: oneOf("walking", "paused", "late", "alarmed", "arrived", "ended"),
    at: moment,
    due_at: moment,
    why: list(as_described<said.CauseOut, "signal" | "value">()(shape({ words }))),
    consent: flag,
    position: nullable(shape({ lon: amount, lat: amount, accuracy_m: nullable(amount) })),
    fixed_at: nullable(moment),
    place: nullable(
      shape({ address: nullable(text), number: nullable(text), pole: nullable(text) }),
    ),
    expires_at: moment,
  }),
);
export type SharedWalk = Checked<typeof shared_walk>;

const PATIENCE_MS = 8_000;

/** What is shown now; "expired" where the link opens nothing any more; null: nobody answered. */
export async function ask(token: string): Promise<SharedWalk | "expired" | null> {
  try {
    const answer = await fetch("/v1/walks/shared", {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
      cache: "no-store",
      credentials: "omit",
    });
    if (answer.status === 401 || answer.status === 404) return "expired";
    return answer.ok ? shared_walk(await answer.json()) : null;
  } catch {
    return null;
  }
}
