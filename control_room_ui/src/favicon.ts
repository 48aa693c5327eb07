// Come here for the icon of the browser's tab: quiet, somebody waits, or not to be trusted.

export type Mood = "quiet" | "waiting" | "blind";

const LAMP =
  '<path d="M30 60V24M30 24q0-12 12-12h6" fill="none" stroke="#93a1af" stroke-width="5" stroke-linecap="round"/>';

/** Red with the number of those who wait; a tab is too small for more than nine. */
const signs: Record<Mood, (waiting: number) => string> = {
  quiet: () => '<circle cx="46" cy="20" r="9" fill="#ffb52e"/>',
  waiting: (n) => `<circle cx="32" cy="32" r="31" fill="#d32f2f"/>${letter(n > 9 ? "9+" : `${n}`)}`,
  blind: () =>
    '<path d="M32 4 62 58H2Z" fill="#ffb52e"/><path d="M32 22v18M32 48v2" stroke="#1a1000" stroke-width="6" stroke-linecap="round"/>',
};

const letter = (text: string) =>
  `<text x="32" y="48" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${
    text.length > 1 ? 34 : 46
  }" fill="#fff">${text}</text>`;

/** Nothing is worse than an old picture: that it is not live stands above everything. */
export function mood(is_live: boolean, waiting: number): Mood {
  if (!is_live) return "blind";
  return waiting > 0 ? "waiting" : "quiet";
}

export function favicon(shown: Mood, waiting: number): string {
  const post = shown === "quiet" ? LAMP : "";
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${post}${signs[shown](waiting)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

export function show_favicon(is_live: boolean, waiting: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const now = mood(is_live, waiting);
  const address = favicon(now, waiting);
  if (!link || link.href === address) return;
  link.href = address;
  document.body.dataset.icon = now;
}
