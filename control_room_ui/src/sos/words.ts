// Come here to change or add a language of the phone: each is one file, and tsc says what it lacks.
//
// Which four, and why: Korean; English, which most others read a little of; Chinese and Vietnamese,
// because nationals of China (958,959) and Vietnam (305,936) were 48 % of the 2.65 million
// foreigners in Korea at the end of 2024, and the two largest groups among its foreign students
// (Ministry of Justice).

import { english } from "./words_en.js";
import { korean, type Words } from "./words_ko.js";
import { vietnamese } from "./words_vi.js";
import { chinese } from "./words_zh.js";

export type Language = "ko" | "en" | "zh" | "vi";
export type { Words };

export const languages: Record<Language, Words> = {
  ko: korean,
  en: english,
  zh: chinese,
  vi: vietnamese,
};

/** The first that the phone speaks and we too; whoever speaks none of ours may read English. */
export function spoken_language(spoken: readonly string[]): Language {
  const known = spoken
    .map((wish) => wish.slice(0, 2))
    .find((wish) => Object.hasOwn(languages, wish));
  return (known as Language | undefined) ?? (spoken.length > 0 ? "en" : "ko");
}
