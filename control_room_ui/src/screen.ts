// Come here for the few things browsers do only on some pages: the clipboard, and unlike keys.

/** A control room may open the page over plain HTTP, where browsers hide the clipboard. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A UUID; crypto.randomUUID is hidden over plain HTTP too. */
export function new_id(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** 128 bits of chance, made with an id: by it the centre knows that it is the same phone again. */
export function new_secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const LANGUAGE = "lamplighter.language";

/** Reading what was chosen may be forbidden (private windows); nothing was chosen then. */
export function kept_language(): string | null {
  try {
    return localStorage.getItem(LANGUAGE);
  } catch {
    return null;
  }
}

export function keep_language(language: string): void {
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch {
    // Then it is asked again next time.
  }
}
