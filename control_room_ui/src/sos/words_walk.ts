// Come here for what the phone says of a walk, in each of its languages.
import type { Language } from "./words.js";
import { english_walk } from "./words_walk_en.js";
import { korean_walk, type WalkWords } from "./words_walk_ko.js";
import { vietnamese_walk } from "./words_walk_vi.js";
import { chinese_walk } from "./words_walk_zh.js";

export type { WalkWords };

export const walk_languages: Record<Language, WalkWords> = {
  ko: korean_walk,
  en: english_walk,
  zh: chinese_walk,
  vi: vietnamese_walk,
};
