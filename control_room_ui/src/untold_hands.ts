// Come here for what happens when somebody at the desk works off who has not been told.
import * as calls from "./calls.js";
import type { Room } from "./room.js";
import type { Hands } from "./sight.js";
import type { Letter, Untaken } from "./wire_letters.js";

/** Taken meanwhile, or worked off at another desk: there is nothing left to do about it. */
const IS_DONE = [404, 409];

export function untold_hands(room: Room): Pick<Hands, "told" | "tell_again"> {
  const each = async ({ letters }: Untaken, deed: (letter: Letter) => Promise<unknown>) => {
    if (room.desk.is_telling) return false;
    room.change({ is_telling: true, trouble: null, wanting: null });
    let trouble: unknown = null;
    for (const letter of letters) trouble ??= await attempt(letter, deed);
    const left = await calls.letters().catch(() => null);
    room.change({ is_telling: false, trouble, letters: left?.letters ?? room.desk.letters });
    return trouble === null;
  };
  return {
    told: (one, text) => each(one, ({ outbox_id }) => calls.told(outbox_id, text)),
    tell_again: (one) => each(one, ({ outbox_id }) => calls.tell_again(outbox_id)),
  };
}

async function attempt(letter: Letter, deed: (letter: Letter) => Promise<unknown>) {
  try {
    await deed(letter);
    return null;
  } catch (error) {
    const is_done = error instanceof calls.NotDone && IS_DONE.includes(error.problem.status);
    return is_done ? null : error;
  }
}
