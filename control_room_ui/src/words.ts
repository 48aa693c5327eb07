// Come here to change or add a language: each is one file, and tsc says what it still lacks.
import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";

export type Language = "ko" | "en";
export type { Words };

export const languages: Record<Language, Words> = { ko: korean, en: english };

/** What the operator chose before, or else what the browser speaks; Korean where it speaks neither. */
export function first_language(chosen: string | null, spoken: readonly string[]): Language {
  const wishes = [chosen ?? "", ...spoken].map((wish) => wish.slice(0, 2));
  return wishes.find((wish): wish is Language => wish === "ko" || wish === "en") ?? "ko";
}

/** The word for a key, or the key itself, readable: a newer server may say what we do not know. */
export function name_of(words: Record<string, string>, key: string): string {
  return Object.hasOwn(words, key) ? (words[key] ?? key) : key.replaceAll("_", " ");
}
