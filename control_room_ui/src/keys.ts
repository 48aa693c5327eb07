// Come here for what each key does at the desk.
// Law: a key is known by its place on the keyboard, so that it works while Hangul is being typed.
// Only A acts at once; every other move is one press of Enter away, on a button that has the focus.
import type { Room } from "./room.js";
import type { Hands } from "./sight.js";
import { is_waiting } from "./world.js";

type Deed = () => void;

export function listen_for_keys(room: Room, hands: Hands): void {
  const deeds = deeds_of(room, hands);
  document.addEventListener("keydown", (event) => {
    const deed = deeds[named(event)];
    const is_meant = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!deed || !is_meant || room.desk.help || (is_typing(event) && event.key !== "Escape"))
      return;
    event.preventDefault();
    deed();
  });
}

/** `?` stands where `/` does on Korean keyboards; elsewhere it is known by itself. */
const named = ({ key, code, shiftKey }: KeyboardEvent) =>
  key === "?" ? "Shift+Slash" : shiftKey ? `Shift+${code}` : code;

const FIELDS = "input:not([type=range]):not([type=radio]), textarea, select, [contenteditable]";

/** What has keys of its own keeps them: a button its space bar, the map and choices their arrows. */
const OWN: [keys: RegExp, parts: string][] = [
  [/^Space$/, "button, summary, input"],
  [/^Arrow/, "canvas, input"],
];

function is_typing({ target, code }: KeyboardEvent): boolean {
  const own = OWN.filter(([keys]) => keys.test(code)).map(([, parts]) => parts);
  return target instanceof Element && target.matches([FIELDS, ...own].join(", "));
}

function deeds_of(room: Room, hands: Hands): Record<string, Deed> {
  return {
    "Shift+Slash": () => hands.show({ help: true }),
    KeyJ: () => go(1),
    KeyK: () => go(-1),
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
    KeyA: () => acknowledge(room, hands),
    KeyM: () => focus("#panel .steps button"),
    KeyN: () => focus('#panel .note [name="text"]'),
    KeyI: () => focus('#panel .instruct [name="text"]'),
    KeyU: () => focus('#panel .assign [name="unit"]'),
    KeyX: () => open_closing(),
    KeyY: () => document.querySelector<HTMLElement>('[data-copy="all"]')?.click(),
    KeyZ: () => room.desk.chosen && hands.choose(room.desk.chosen),
    KeyW: hands.show_whole_district,
    Digit1: () => hands.show_list("open"),
    Digit2: () => hands.show_list("closed"),
    Digit3: () => hands.show_list("walks"),
    Slash: () => {
      hands.show_list("closed");
      requestAnimationFrame(() => requestAnimationFrame(() => focus('[name="q"]')));
    },
    KeyL: hands.switch_language,
    KeyT: hands.test_sound,
    Space: () => room.desk.replay && hands.play_or_pause(),
    ArrowLeft: () => step(room, hands, -1),
    ArrowRight: () => step(room, hands, 1),
    Escape: () => leave(room, hands),
  };
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** The next or the one before, in the order of the list; the focus goes with it. */
function go(by: number): void {
  const items = [...document.querySelectorAll<HTMLElement>("#list .item")];
  const here = items.findIndex((item) => item.getAttribute("aria-current") === "true");
  const next = items[Math.min(items.length - 1, Math.max(0, here + by))];
  next?.click();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function acknowledge(room: Room, hands: Hands): void {
  const chosen = room.world.incidents.get(room.desk.chosen ?? "");
  if (chosen && is_waiting(chosen) && !room.desk.replay) void hands.move(chosen, "acknowledge", {});
}

function open_closing(): void {
  const part = document.querySelector<HTMLDetailsElement>("#panel details.close");
  if (!part) return;
  part.open = true;
  focus('#panel [name="disposition"]');
}

function step(room: Room, hands: Hands, by: number): void {
  if (room.desk.replay) hands.replay_at(room.desk.replay.at + by);
}

/** Out of a field first, then out of the replay. */
function leave(room: Room, hands: Hands): void {
  const field = document.activeElement;
  if (field instanceof HTMLElement && field.matches(FIELDS)) field.blur();
  else if (room.desk.replay) hands.end_replay();
}
