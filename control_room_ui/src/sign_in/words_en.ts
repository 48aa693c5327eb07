// Come here for the sign-in page's words in English.
import type { Words } from "./words_ko.js";

export const english: Words = {
  other_language: "한국어",
  title: "Sign in to Lamplighter",
  name: "Name",
  password: "Password",
  sign_in: "Sign in",
  provider: "Sign in with the district's account",
  nobody_asks: "This desk asks nobody to sign in.",
  to_the_page: "Continue",
  choose_title: "Choose your password",
  choose_why: "The password you were given is good once. Choose one that only you know.",
  new_password: "New password",
  new_again: "New password again",
  at_least: (letters) => `At least ${letters} characters`,
  choose: "Choose this password",
  not_the_same: "The two passwords are not the same.",
  wrong: "Name and password do not belong together.",
  too_many: "There were too many tries. Wait a moment, then try again.",
  not_for_you: "You are signed in, but may not see this page. Ask an administrator.",
  no_answer: "The server does not answer. Try again.",
  refused: (why) => `This was refused: ${why}`,
};
