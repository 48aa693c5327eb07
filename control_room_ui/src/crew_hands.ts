// Come here for what happens when somebody of the lighting crew presses something.
import * as calls from "./crew_calls.js";
import { ROW_HEIGHT } from "./crew_list.js";
import type { CrewMap } from "./crew_map.js";
import type { CrewRoom } from "./crew_room.js";
import type { Row } from "./crew_rows.js";
import { type CrewHands, choice, type Import } from "./crew_sight.js";
import { along } from "./crew_street.js";
import { whole_district } from "./ground.js";
import { keep_language } from "./screen.js";
import type { Area } from "./wire.js";

/** Bytes; the dispatcher refuses more, after all of it was sent. */
const LARGEST_FILE = 50_000_000;
const MOMENT_MS = 4_000;

export interface Surroundings {
  rows(): readonly Row[];
  areas(): readonly Area[];
  map(): CrewMap | null;
  print(): void;
}

export function crew_hands(room: CrewRoom, around: Surroundings): CrewHands {
  const change = (part: Parameters<CrewRoom["change"]>[0]) => room.change(part);
  const hands: CrewHands = {
    change,
    print: around.print,
    switch_language: () => {
      const language = room.crew.language === "ko" ? "en" : "ko";
      keep_language(language);
      change({ language });
    },
    step: (rows) => step(room, around.rows(), rows),
    toggle_here: () => room.crew.cursor && hands.toggle(room.crew.cursor),
    look_here: () => room.crew.cursor && hands.look_at([room.crew.cursor]),
    toggle: (lamp_id) => {
      const chosen = new Set(room.crew.chosen);
      if (!chosen.delete(lamp_id)) chosen.add(lamp_id);
      change({ ...choice(chosen), cursor: lamp_id, retired: null, armed: false });
    },
    choose: (lamp_ids) => {
      const chosen = choice(lamp_ids);
      change({ ...chosen, retired: null, armed: false });
      hands.look_at(chosen.chosen);
    },
    look_at: (lamp_ids) => {
      const wanted = new Set(lamp_ids);
      around.map()?.look_at((room.crew.lamps ?? []).filter(({ lamp_id }) => wanted.has(lamp_id)));
    },
    show_whole_district: () => {
      const box = whole_district(around.areas(), room.crew.lamps ?? []);
      if (box) around.map()?.fit(box, 30, 16);
    },
    finish_line: () => {
      const found = along(room.crew.lamps ?? [], room.crew.line ?? []);
      change({ line: null });
      if (found.length > 0) hands.choose(found.map(({ lamp_id }) => lamp_id));
    },
    ...test_hands(room),
    ...import_hands(room),
  };
  return hands;
}

/** Keeps the lamp that the keyboard is at in sight. */
function step(room: CrewRoom, rows: readonly Row[], by: number): void {
  const at = rows.findIndex(({ lamp }) => lamp.lamp_id === room.crew.cursor);
  const to = Math.min(rows.length - 1, Math.max(0, at + by));
  const row = rows[to];
  if (!row) return;
  const { scroll, height } = room.crew;
  const top = to * ROW_HEIGHT;
  const wanted = Math.min(top, Math.max(scroll, top + ROW_HEIGHT - height));
  room.change({ cursor: row.lamp.lamp_id, scroll: wanted });
  const list = document.getElementById("rows");
  if (list && list.scrollTop !== wanted) list.scrollTop = wanted;
}

function test_hands(room: CrewRoom) {
  const attempt = async (work: () => Promise<Parameters<CrewRoom["change"]>[0]>) => {
    if (room.crew.busy) return;
    room.change({ busy: true, trouble: null, armed: false });
    const after = await work().catch((trouble: unknown) => ({ trouble }));
    room.change({ busy: false, ...after });
  };
  return {
    start_test: () =>
      void attempt(async () => {
        const { chosen, scene, seconds } = room.crew;
        const test = await calls.start_test([...chosen], scene, seconds);
        return { test, test_unheard: false, retired: null };
      }),
    end_test: () =>
      void attempt(async () => ({ test: await calls.end_test(room.crew.test?.test_id ?? "") })),
    forget_test: () => room.change({ test: null, trouble: null }),
    retire: () => {
      if (!room.crew.armed) {
        room.change({ armed: true, trouble: null });
        setTimeout(() => room.change({ armed: false }), MOMENT_MS);
        return;
      }
      void attempt(async () => {
        const { retired } = await calls.retire([...room.crew.chosen]);
        room.list_now();
        return { retired, ...choice([]) };
      });
    },
  };
}

function import_hands(room: CrewRoom) {
  const change = (part: Partial<Import>) => {
    if (room.crew.import) room.change({ import: { ...room.crew.import, ...part } });
  };
  const send = async (version: number | null) => {
    const one = room.crew.import;
    if (!one || one.doing) return;
    change({ doing: version === null ? "reading" : "writing", trouble: null });
    try {
      if (one.kind === "lamps") change({ lamps: await calls.import_lamps(one.file, version) });
      else change({ areas: await calls.import_areas(one.file, version) });
      if (version !== null) room.list_now();
    } catch (trouble) {
      change({ trouble });
    }
    change({ doing: null });
  };
  return {
    take_file: (file: File) => {
      const kind = kind_of(file.name);
      if (!kind || file.size > LARGEST_FILE)
        return room.change({ import: null, import_trouble: kind ? "too_large" : "unknown_kind" });
      const fresh = { file, kind, doing: null, lamps: null, areas: null, trouble: null };
      room.change({ import: fresh, import_trouble: null });
      void send(null);
    },
    preview_again: () => void send(null),
    write_import: () => {
      const found = room.crew.import?.lamps ?? room.crew.import?.areas;
      if (found) void send(found.version);
    },
    download_rejects: () => {
      const { file } = room.crew.import ?? {};
      if (!file) return;
      calls.rejects(file).then(
        (blob) => save(blob, `${file.name}.rejects.csv`),
        (trouble: unknown) => change({ trouble }),
      );
    },
  };
}

function kind_of(name: string): Import["kind"] | null {
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  if (["csv", "txt", "tsv"].includes(ending)) return "lamps";
  return ["geojson", "json"].includes(ending) ? "areas" : null;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), MOMENT_MS);
}
