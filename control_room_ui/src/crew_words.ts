// Come here for the words of the lighting crew's page in every language.
import { crew_en } from "./crew_words_en.js";
import { type CrewWords, crew_ko } from "./crew_words_ko.js";
import type { Language } from "./words.js";

export type { CrewWords };
export const crew_languages: Record<Language, CrewWords> = { ko: crew_ko, en: crew_en };
