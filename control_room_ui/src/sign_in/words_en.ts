// Come here for the sign-in page's words in English.
import type { Words } from "./words_ko.js";

export const english: Words = {
  other_language: "한국어",
  title: "Sign in to Lamplighter",
  name: "Name",
  password: "Password",
  sign_in: "Sign in",
  provider: "Sign in with the district's account",
  wall: "This is a wall display without a keyboard",
  wall_how:
    "Point a telephone's camera at the picture; or open the address below on a telephone or another computer and type the code.",
  wall_picture: "QR code of the address to sign in at",
  wall_code: "Code",
  wall_waits: "Once it is typed and somebody has signed in there, this page goes on by itself.",
  nobody_asks: "This desk asks nobody to sign in.",
  to_the_page: "Continue",
  choose_title: "Choose your password",
  choose_why:
    "The password you were given is for choosing your own. Choose one that only you know.",
  new_password: "New password",
  new_again: "New password again",
  at_least: (letters) => `At least ${letters} characters`,
  choose: "Choose this password",
  not_the_same: "The two passwords are not the same.",
  wrong: "Name and password do not belong together.",
  too_many: "There were too many tries. Wait a moment, then try again.",
  not_for_you: "You are signed in, but may not see this page. Ask an administrator.",
  signed_in_as: (name) => `You are signed in as ${name}.`,
  sign_out: "Sign out",
  provider_down: "The district's sign-in does not answer. Try again in a moment.",
  provider_refused: "The district's sign-in was not completed. Try again, or ask an administrator.",
  not_believed:
    "What the district's sign-in answered could not be verified. Try again, or ask an administrator.",
  not_yours:
    "The district knows you, but you have no role here. Ask an administrator to put you into a group that has one.",
  begin_again: "This was not begun in this browser, or took too long. Sign in again.",
  password_over: "The time of this one-time password is over. Ask an administrator for a new one.",
  old_password:
    "The password that you came with is no longer yours. Load this page anew and sign in.",
  no_answer: "The server does not answer. Try again.",
  refused: (why) => `This was refused: ${why}`,
};
