// Come here for every call that the lighting crew's page makes over HTTP.
import { ask, NoAnswer, NotDone } from "./calls.js";
import {
  area_import,
  type CrewLamp,
  crew_lamps,
  lamp_import,
  lamp_test,
  retired,
} from "./crew_wire.js";
import { problem } from "./wire.js";

/** A page of lamps: small enough to come in a second over a slow line. */
const PAGE = 20_000;
const PATIENCE_MS = 60_000;
/** What a write of ours carries, and a form on somebody else's page cannot. */
const OWN_PAGE = { "X-Lamplighter": "1" };

/** Every lamp in service, page by page. */
export async function every_lamp(): Promise<CrewLamp[]> {
  const lamps: CrewLamp[] = [];
  for (let after = ""; ; ) {
    const address = `/v1/lamps?limit=${PAGE}${after}`;
    const page = await ask(address, {}, crew_lamps, PATIENCE_MS);
    lamps.push(...page.features);
    if (!page.next) return lamps;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

const json = (method: string, body: object): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json", ...OWN_PAGE },
  body: JSON.stringify(body),
});

export const start_test = (lamp_ids: string[], scene: string, seconds: number) =>
  ask("/v1/lamps/test", json("POST", { lamp_ids, scene, seconds }), lamp_test);

export const read_test = (id: string) => ask(one_test(id), {}, lamp_test);

export const end_test = (id: string) =>
  ask(one_test(id), { method: "DELETE", headers: OWN_PAGE }, lamp_test);

const one_test = (id: string) => `/v1/lamps/test/${encodeURIComponent(id)}`;

export const retire = (lamp_ids: string[]) =>
  ask("/v1/lamps/retire", json("POST", { lamp_ids }), retired);

const file_as = (file: File): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": file.type || "application/octet-stream", ...OWN_PAGE },
  body: file,
});

/** Without a version: a preview. With the preview's: the write of exactly that. */
const wish = (version: number | null) =>
  version === null ? "dry_run=true" : `dry_run=false&version=${version}`;

export const import_lamps = (file: File, version: number | null) =>
  ask(`/v1/imports/lamps?${wish(version)}`, file_as(file), lamp_import, PATIENCE_MS);

export const import_areas = (file: File, version: number | null) =>
  ask(`/v1/imports/areas?${wish(version)}`, file_as(file), area_import, PATIENCE_MS);

/** The refused rows of a file, as a file. */
export async function rejects(file: File): Promise<Blob> {
  const answer = await fetch("/v1/imports/lamps/rejects", file_as(file)).catch(() => null);
  if (!answer || answer.status >= 500) throw new NoAnswer("no answer");
  if (!answer.ok) throw new NotDone(problem(await answer.json()));
  return answer.blob();
}
