// Come here for the first steps of the police desk: which jurisdiction, then its desk.
import "../map.css";
import "./police.css";
import "./case.css";
import "./moves.css";
import { kept_language } from "../screen.js";
import { first_language } from "../words.js";
import { first_light, wanted_jurisdiction } from "./cab.js";
import { let_choose } from "./choice.js";
import { PoliceDesk } from "./desk.js";

const language = first_language(kept_language(), navigator.languages);
const jurisdiction = wanted_jurisdiction(location.search);
document.documentElement.lang = language;
document.documentElement.dataset.light = first_light();
if (jurisdiction) new PoliceDesk(jurisdiction, language);
else let_choose(language, null);
