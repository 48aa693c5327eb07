// Come here for how an errand is run over HTTP: by the page, or by its worker when it is closed.
import type { Crying } from "./cry.js";
import { type Errand, outcome, PATIENCE_MS, type Reply } from "./errands.js";
import { positions_letter, report_letter } from "./letters.js";

/** The event that the errand ends in; a failed call is one too, so this never throws. */
export async function run(errand: Errand, cry: Crying) {
  const reply = await reply_to(errand, cry);
  return outcome(errand, reply, Date.now(), Math.random());
}

function reply_to(errand: Errand, cry: Crying): Promise<Reply> {
  const own = `/v1/reports/${cry.report_id}`;
  const token = cry.receipt?.token ?? null;
  switch (errand.do) {
    case "report":
      return call("/v1/reports", report_letter(cry, Date.now()), null);
    case "tell":
      return call(`${own}/positions`, positions_letter(errand.fixes), token);
    case "withdraw":
      return call(`${own}/withdraw`, {}, token);
    case "ask":
      return call(own, null, token);
  }
}

export async function call(
  address: string,
  body: object | null,
  token: string | null,
): Promise<Reply> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const what = body ? { method: "POST", body: JSON.stringify(body) } : {};
  try {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    // keepalive: a report on its way arrives even if the page is closed under it.
    const how = { ...what, headers, signal: patience, cache: "no-store", keepalive: true } as const;
    const response = await fetch(address, how);
    return { status: response.status, body: await response.json() };
  } catch {
    return null;
  }
}
