// Come here for the audit page: what an auditor presses, and what is fetched.
import "../style.css";
import "../bar.css";
import "../office.css";
import "./audit.css";
import { render } from "lit-html";
import { NotDone } from "../calls.js";
import { keep_language, kept_language } from "../screen.js";
import { whoever } from "../sign_in/badge.js";
import { first_language } from "../words.js";
import * as calls from "./calls.js";
import { type Hands, languages, type Study } from "./study.js";
import { audit_view } from "./view.js";
import type { Words } from "./words_ko.js";

/** While a verification is under way; a journal of a year takes some seconds. */
const LOOK_AGAIN_MS = 700;
/** What was verified is out of date as soon as a line is written. */
const NEWS_EVERY_MS = 15_000;
const FORBIDDEN = 403;

let study: Study = {
  language: first_language(kept_language(), navigator.languages),
  myself: null,
  verification: null,
  record_query: {},
  record: null,
  incident_query: {},
  incidents: null,
  opened: null,
  trouble: null,
};

function change(part: Partial<Study>): void {
  study = { ...study, ...part };
  document.documentElement.lang = study.language;
  document.title = languages[study.language].title;
  document.body.dataset.ready = String(study.verification !== null && study.record !== null);
  const root = document.getElementById("audit");
  if (root) render(audit_view(study, hands), root);
}

const hands: Hands = {
  verify: () => void fetched(calls.verify, (verification) => verified(verification)),
  search_record: (record_query) =>
    void fetched(
      () => calls.record(record_query),
      (record) => change({ record, record_query }),
    ),
  more_record: () => {
    const { record, record_query } = study;
    if (!record?.next) return;
    const asked = { ...record_query, before: record.next };
    void fetched(
      () => calls.record(asked),
      (page) => change({ record: { ...page, found: [...record.found, ...page.found] } }),
    );
  },
  search_incidents: (incident_query) =>
    void fetched(
      () => calls.incidents(incident_query),
      (incidents) => change({ incidents, incident_query, opened: null }),
    ),
  more_incidents: () => {
    const { incidents, incident_query } = study;
    if (!incidents?.next) return;
    const asked = { ...incident_query, after: incidents.next };
    void fetched(
      () => calls.incidents(asked),
      (page) => change({ incidents: { ...page, found: [...incidents.found, ...page.found] } }),
    );
  },
  open: (incident_id) =>
    void fetched(
      () => Promise.all([calls.journal(incident_id), calls.showings(incident_id)]),
      ([journal, showings]) => {
        change({ opened: { incident_id, journal, showings } });
        document.querySelector<HTMLElement>('[data-test="opened"]')?.focus();
      },
    ),
  switch_language: () => {
    const language = study.language === "ko" ? "en" : "ko";
    keep_language(language);
    change({ language });
  },
};

async function fetched<T>(ask: () => Promise<T>, take: (found: T) => void): Promise<void> {
  try {
    const found = await ask();
    change({ trouble: null });
    take(found);
  } catch (error) {
    change({ trouble: said(error) });
  }
}

function said(error: unknown): (words: Words) => string {
  if (!(error instanceof NotDone)) return (words) => words.no_answer;
  const { status, detail, title } = error.problem;
  if (status === FORBIDDEN) return (words) => words.not_yours;
  return (words) => words.refused(detail || title);
}

let looking_again: ReturnType<typeof setTimeout> | undefined;

function verified(verification: calls.Verification): void {
  change({ verification });
  clearTimeout(looking_again);
  if (verification.at_work)
    looking_again = setTimeout(() => void fetched(calls.chains, verified), LOOK_AGAIN_MS);
}

/** An administrator sees the record and the chains; what happened to people is the auditor's. */
async function look(): Promise<void> {
  await fetched(calls.chains, verified);
  if (study.trouble) return;
  hands.search_record({});
  const incidents = await calls.incidents({}).catch((error) => {
    if (error instanceof NotDone && error.problem.status === FORBIDDEN) return null;
    throw error;
  });
  change({ incidents });
}

/** Without an answer the last one stays: it says of what hour it is. */
const look_for_news = () => study.verification && calls.chains().then(verified, () => undefined);

change({});
setInterval(() => void look_for_news(), NEWS_EVERY_MS);
void look().catch((error) => change({ trouble: said(error) }));
void whoever().then(
  (myself) => change({ myself }),
  () => undefined,
);
