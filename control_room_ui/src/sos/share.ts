// Come here for how a guardian's link leaves the phone: by its own sharing, or over the clipboard.
// Law: it goes only where the walker sends it; what could not be done is said, and nothing is lost.

/** How it left: handed to the phone's sharing, copied, or shown to be copied by hand. */
export type Sent = "shared" | "copied" | "shown";

/** Null: the walker has closed the phone's sharing again. */
export async function share(text: string, url: string): Promise<Sent | null> {
  if (navigator.share) {
    try {
      await navigator.share({ text, url });
      return "shared";
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
    }
  }
  return copy(url);
}

async function copy(url: string): Promise<Sent> {
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    // Not over plain HTTP, and not where the owner forbids it.
    return "shown";
  }
}

/** A text message to that number; null where it takes none. */
export function text_to(number: string, text: string): string | null {
  const takes_texts = /^(\+|01)/.test(number);
  if (!takes_texts) return null;
  return `sms:${number.replace(/[^+0-9]/g, "")}?body=${encodeURIComponent(text)}`;
}
