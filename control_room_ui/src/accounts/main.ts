// Come here for the accounts page: what an administrator presses, and what is fetched.
import "../style.css";
import "../bar.css";
import "../office.css";
import "./accounts.css";
import { render } from "lit-html";
import { NotDone } from "../calls.js";
import { speak_of_fields } from "../own_words.js";
import { keep_language, kept_language } from "../screen.js";
import { whoever } from "../sign_in/badge.js";
import { first_language } from "../words.js";
import * as calls from "./calls.js";
import { type Hands, languages, type Office, office_view } from "./view.js";
import type { Words } from "./words_ko.js";

/** Long enough to press a dangerous button again. */
const MOMENT_MS = 4_000;
/** Who is signed in changes by itself. */
const LOOK_AGAIN_MS = 15_000;

let office: Office = {
  language: first_language(kept_language(), navigator.languages),
  now: Date.now(),
  myself: null,
  accounts: null,
  known: null,
  sessions: [],
  editing: null,
  revoked: null,
  armed: null,
  secret: null,
  sending: false,
  trouble: null,
};

function change(part: Partial<Office>): void {
  office = { ...office, ...part, now: Date.now() };
  document.documentElement.lang = office.language;
  document.title = languages[office.language].title;
  document.body.dataset.ready = String(office.accounts !== null || office.trouble !== null);
  const root = document.getElementById("accounts");
  if (root) render(office_view(office, hands), root);
}

const hands: Hands = {
  add: (name, rights) =>
    done(async () => {
      const again = office.revoked === name;
      change({ revoked: null });
      try {
        change({ secret: { name, ...(await calls.add(name, rights, again)) } });
      } catch (error) {
        if (is_revoked(error)) change({ revoked: name });
        throw error;
      }
    }),
  edit: (name) => change({ editing: name, armed: null }),
  change: (name, rights) =>
    void done(async () => {
      await calls.change(name, rights);
      change({ editing: null });
    }),
  reset: (name) =>
    void done(async () => change({ secret: { name, ...(await calls.reset(name)) } })),
  revoke: (name) => void done(() => calls.revoke(name)),
  end: (session_id) => void done(() => calls.end(session_id)),
  arm: (choice) => {
    change({ armed: choice });
    setTimeout(() => office.armed === choice && change({ armed: null }), MOMENT_MS);
  },
  has_noted: () => change({ secret: null }),
  switch_language: () => {
    const language = office.language === "ko" ? "en" : "ko";
    keep_language(language);
    change({ language });
  },
};

/** True if it was done; afterwards the lists are fetched anew. */
async function done(deed: () => Promise<unknown>): Promise<boolean> {
  change({ sending: true, armed: null, trouble: null });
  const trouble = await deed().then(() => null, said);
  change({ sending: false, trouble });
  await look();
  return trouble === null;
}

const is_revoked = (error: unknown) =>
  error instanceof NotDone && error.problem.trouble === "revoked";

function said(error: unknown): (words: Words) => string {
  if (!(error instanceof NotDone)) return (words) => words.no_answer;
  const { status, detail, title, errors } = error.problem;
  if (is_revoked(error)) return (words) => words.was_revoked;
  if (status === 403) return (words) => words.not_yours;
  if (errors.some(({ field }) => field === "jurisdictions"))
    return (words) => words.bad_jurisdictions(office.known);
  return (words) => words.refused(detail || title);
}

async function look(): Promise<void> {
  try {
    change({ accounts: await calls.accounts(), sessions: await calls.sessions() });
    if (!office.known?.length) change({ known: await calls.jurisdictions() });
  } catch (error) {
    change({ trouble: said(error) });
  }
}

speak_of_fields(document);
change({});
void look();
void whoever().then(
  (myself) => change({ myself }),
  () => undefined,
);
setInterval(() => void look(), LOOK_AGAIN_MS);
