// Come here for the picture to photograph: an address as a QR code, drawn in the page itself.
import { html, svg, type TemplateResult } from "lit-html";
import encode from "qr";

/** What ISO/IEC 18004 wants around the code, in modules. */
const QUIET_ZONE = 4;

/** Medium correction: a screen behind a reflecting pane loses some of it. */
export function qr_view(address: string, title: string): TemplateResult {
  const rows = encode(address, "raw", { ecc: "medium", border: QUIET_ZONE });
  const side = rows.length;
  return html`<svg class="qr" data-test="qr" role="img" aria-label=${title}
    viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff" /><path d=${dark(rows)} fill="#000" />`}
  </svg>`;
}

/** Every dark module as a square of one by one. */
export function dark(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) => row.map((is_dark, x) => (is_dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
}
