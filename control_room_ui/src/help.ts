// Come here for the sheet that `?` opens: which key does what.
import { html, type TemplateResult } from "lit-html";
import type { Sight } from "./sight.js";

export const KEYS = [
  "?",
  "J K",
  "A",
  "M",
  "N",
  "I",
  "U",
  "X",
  "Y",
  "Z",
  "W",
  "1 2 3",
  "/",
  "L",
  "T",
  "Esc",
] as const;
export const REPLAY_KEYS = ["Space", "← →"] as const;

export function help({ hands, words }: Sight): TemplateResult {
  const close = () => hands.show({ help: false });
  return html`<dialog data-test="help" aria-labelledby="help-title" @close=${close}>
    <form method="dialog">
      <h2 id="help-title">${words.keys.title}</h2>
      <dl>${[...KEYS, ...REPLAY_KEYS].map((key) => html`<dt><kbd>${key}</kbd></dt><dd>${words.keys.does[key]}</dd>`)}</dl>
      <button class="primary">${words.keys.close}</button>
    </form>
  </dialog>`;
}

/** A dialogue that lies above all must be opened by the browser, which then keeps the focus in it. */
export function open_or_close(is_open: boolean): void {
  const dialog = document.querySelector<HTMLDialogElement>('[data-test="help"]');
  if (is_open && dialog && !dialog.open) dialog.showModal();
  if (!is_open && dialog?.open) dialog.close();
}
