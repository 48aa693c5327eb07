// Come here for how a move that was not done is explained to whoever pressed the button.
import { type Move, moves, NotDone } from "./calls.js";
import { dated } from "./clock.js";
import type { Problem } from "./wire.js";
import { name_of, type Words } from "./words.js";

export function said_trouble(error: unknown, words: Words): string {
  return error instanceof NotDone ? said_refusal(error.problem, words) : words.no_answer;
}

function said_refusal(problem: Problem, words: Words): string {
  if (problem.alone_after) return words.not_alone(dated(problem.alone_after));
  if (problem.allowed.length > 0) return words.not_allowed(said_moves(problem.allowed, words));
  const fields = problem.errors.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
  return words.refused(fields || problem.detail || problem.title);
}

function said_moves(allowed: readonly string[], words: Words): string {
  const names: Record<string, string> = words.moves;
  const known = (name: string): name is Move => moves.includes(name as Move);
  const plain = allowed.map((name) => name.replaceAll("_", "-"));
  return plain.map((name) => (known(name) ? name_of(names, name) : name)).join(", ");
}
