// Come here for why the provider's sign-in was in vain, as the dispatcher says it in the address.
import type { Words } from "./words_ko.js";

const TROUBLES = [
  "provider_down",
  "provider_refused",
  "not_believed",
  "not_yours",
  "begin_again",
  "password_over",
  "old_password",
] as const satisfies readonly (keyof Words)[];

/** The words for it; null where the address says nothing that we know. */
export function told(search: string): ((words: Words) => string) | null {
  return trouble_words(new URLSearchParams(search).get("trouble"));
}

export function trouble_words(said: string | null): ((words: Words) => string) | null {
  const known = TROUBLES.find((one) => one === said);
  return known ? (words) => words[known] : null;
}
