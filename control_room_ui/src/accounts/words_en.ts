// Come here for the accounts page's words in English.
import type { Words } from "./words_ko.js";

export const english: Words = {
  title: "Accounts",
  accounts: "Accounts",
  sessions: "Signed in now",
  name: "Name",
  roles: "Roles",
  jurisdictions: "Jurisdictions (with commas between; police only)",
  known: (names) =>
    names?.length === 0
      ? "No jurisdictions are known yet. Import them first (lamplighter areas import)."
      : `Known: ${names?.join(", ") ?? "…"}`,
  bad_jurisdictions: (names) =>
    names?.length === 0
      ? "Police need a jurisdiction, and none is known yet. Import them first."
      : `Police need one of the known jurisdictions at least: ${names?.join(", ") ?? ""}`,
  state: "State",
  works: "In use",
  first: "Before the first sign-in",
  good_until: (day) => `Good until ${day}.`,
  too_late: "The one-time password is over: give them a new one.",
  revoked: (day) => `Revoked ${day}`,
  no_role: "No role",
  change: "Change roles",
  save: "Save",
  cancel: "Cancel",
  reset: "New one-time password",
  revoke: "Revoke",
  press_again: "Press again to confirm",
  add: "Add account",
  add_again: (name) => `Let ${name} in again`,
  was_revoked:
    "An account of this name was revoked. For somebody else choose another name; to let the same person in again, with the roles chosen now, press once more.",
  add_title: "New account",
  said_once: (name) =>
    `The one-time password of ${name}. It is shown this once: give it to them in person.`,
  noted: "I have passed it on",
  from: "From",
  since: "Signed in",
  last: "Last used",
  end: "Sign out",
  nobody: "Nobody.",
  by_provider: "Where people use the district's accounts, roles are changed there.",
  no_answer: "The server does not answer. Try again.",
  refused: (why) => `This was refused: ${why}`,
  not_yours: "Only administrators may see this page.",
};
