// Come here for the first steps of the police desk: which jurisdiction, then its desk.
import "../map.css";
import "./police.css";
import "./touch.css";
import "./case.css";
import "./moves.css";
import "./phone.css";
import { kept_language } from "../screen.js";
import { whoever } from "../sign_in/badge.js";
import { is_turned_away, turn_away } from "../sign_in/threshold.js";
import { first_language } from "../words.js";
import { first_light, own_jurisdictions, wanted_jurisdiction } from "./cab.js";
import { let_choose } from "./choice.js";
import { PoliceDesk } from "./desk.js";

const language = first_language(kept_language(), navigator.languages);
const jurisdiction = wanted_jurisdiction(location.search);
document.documentElement.lang = language;
document.documentElement.dataset.light = first_light(Date.now());
void begin();

/** Police have their own jurisdictions only; a control room looks at any. */
async function begin(): Promise<void> {
  const myself = await whoever().catch(() => null);
  if (is_turned_away()) return;
  const own = own_jurisdictions(myself);
  if (myself && own?.length === 0) return turn_away(myself, (words) => words.no_jurisdiction);
  const ours =
    own && !own.includes(jurisdiction ?? "") ? (own.length === 1 ? own[0] : null) : jurisdiction;
  if (ours) new PoliceDesk(ours, language, myself);
  else let_choose(language, null, myself);
}
