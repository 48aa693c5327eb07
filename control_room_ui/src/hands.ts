// Come here for what happens when somebody at the desk presses something.
import * as calls from "./calls.js";
import { replay_hands } from "./replay_hands.js";
import type { Room } from "./room.js";
import { copy, keep_language, new_id } from "./screen.js";
import type { Desk, Hands } from "./sight.js";
import { untold_hands } from "./untold_hands.js";
import type { Incident, Position } from "./wire.js";

/** Long enough to read "copied", or to press a dangerous button again. */
const MOMENT_MS = 4_000;

/** What only the map and the alarm can do. */
export interface Instruments {
  test_sound(): void;
  show_whole_district(): void;
  look_at(incident_id: string): void;
  look_at_place(here: Position): void;
}

export function hands_of(room: Room, instruments: Instruments): Hands {
  const sender = new Sender(room);
  const for_a_moment = (part: Partial<Desk>, afterwards: Partial<Desk>) => {
    room.change(part);
    setTimeout(() => room.change(afterwards), MOMENT_MS);
  };
  const hands: Hands = {
    ...instruments,
    choose: (id) => {
      // Chosen again it is only looked for: what was typed and read stays.
      if (id === room.desk.chosen) return instruments.look_at(id);
      room.change({
        chosen: id,
        journal: null,
        journal_missing: false,
        replay: null,
        trouble: null,
        wanting: null,
        armed: null,
      });
      instruments.look_at(id);
    },
    open: (id) => void open(room, id).then((found) => found && hands.choose(id)),
    search: (part) => room.change({ search: { ...room.desk.search, ...part }, found: null }),
    ...replay_hands(room, instruments),
    ...untold_hands(room),
    show: (part) => room.change(part),
    show_list: (list) => room.change({ list }),
    move: (incident, move, body) => sender.send(incident, move, body),
    want: (field) => room.change({ wanting: field }),
    arm: (choice) => for_a_moment({ armed: choice }, { armed: null }),
    copy: (name, text) =>
      void copy(text).then(() => for_a_moment({ copied: name }, { copied: null })),
    switch_language: () => {
      const language = room.desk.language === "ko" ? "en" : "ko";
      keep_language(language);
      room.change({ language });
    },
  };
  return hands;
}

/** Whether this screen knows the incident by now. */
async function open(room: Room, id: string): Promise<boolean> {
  if (!room.world.incidents.has(id)) {
    const found = await calls.incident(id).catch((error: unknown) => {
      room.change({ trouble: error });
      return null;
    });
    if (found) room.take({ type: "incidents_loaded", incidents: [found] });
  }
  return room.world.incidents.has(id);
}

/** Sends moves one at a time. */
class Sender {
  /** A move pressed again after silence is the same move: it keeps its key. */
  private readonly unanswered = new Map<string, string>();

  constructor(private readonly room: Room) {}

  /** True if it was done. */
  async send(incident: Incident, move: calls.Move, body: object): Promise<boolean> {
    if (this.room.desk.sending) return false;
    this.room.change({ sending: move, trouble: null, wanting: null, armed: null });
    const trouble = await this.attempt(incident.incident_id, move, body);
    this.room.change({ sending: null, trouble });
    return trouble === null;
  }

  private async attempt(id: string, move: calls.Move, body: object): Promise<unknown> {
    const wish = JSON.stringify([id, move, body]);
    const key = this.unanswered.get(wish) ?? new_id();
    this.unanswered.set(wish, key);
    try {
      this.show(await calls.make_move(id, move, body, key));
      this.unanswered.delete(wish);
      return null;
    } catch (error) {
      if (error instanceof calls.NotDone) this.unanswered.delete(wish);
      await calls.incident(id).then(
        (fresh) => this.show(fresh),
        () => undefined,
      );
      return error;
    }
  }

  private show(incident: Incident): void {
    this.room.take({ type: "incidents_loaded", incidents: [incident] });
  }
}
