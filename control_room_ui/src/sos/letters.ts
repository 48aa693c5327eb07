// Come here for the letters a phone writes: to the centre, and as a text message to 112.

import type { Crying } from "./cry.js";
import type { Fix } from "./fix.js";
import { hour_of } from "./hour.js";

const moment = (ms: number) => new Date(ms).toISOString();
const place = ({ lon, lat, accuracy_m }: Fix) => ({ lon, lat, accuracy_m });

/** The body of the report as it is now: a retry carries the newest place under the same id. */
export function report_letter(cry: Crying, now: number): object {
  const { report_id, phone_secret, silent, drill, fix, walk_id, walker_token } = cry;
  const own = phone_secret ? { report_id, phone_secret } : { report_id };
  if (cry.plain) return { ...own, silent, drill };
  const position = fix && place(fix);
  const fixed_at = fix && moment(fix.fixed_at);
  const walk = walk_id ? { walk_id, walker_token } : {};
  return {
    ...own,
    kind: "sos",
    position,
    fixed_at,
    sent_at: moment(now),
    silent,
    drill,
    ...walk,
  };
}

export function positions_letter(fixes: readonly Fix[]): object {
  return { positions: fixes.map((fix) => ({ ...place(fix), fixed_at: moment(fix.fixed_at) })) };
}

/** For the officer who reads it: in Korean whatever the caller speaks, which it names. */
export interface Message {
  readonly fix: Fix | null;
  readonly number: string | null;
  readonly silent: boolean;
  /** The caller's language in Korean; null for Korean. */
  readonly speaks: string | null;
}

export function sms_text({ fix, number, silent, speaks }: Message): string {
  return [
    "긴급신고입니다. 도와주세요.",
    where(fix),
    number ? `국가지점번호 ${number}` : "",
    silent ? "소리를 낼 수 없습니다. 전화하지 마세요." : "",
    speaks ? `신고자 언어: ${speaks}` : "",
  ]
    .filter(Boolean)
    .join("\n");
}

function where(fix: Fix | null): string {
  if (!fix) return "위치를 아직 모릅니다.";
  const accuracy = fix.accuracy_m === null ? "" : ` 오차 ${Math.ceil(fix.accuracy_m)}m`;
  const spot = `${fix.lat.toFixed(5)}, ${fix.lon.toFixed(5)}`;
  return `위치 ${spot}${accuracy} (${hour_of(fix.fixed_at)})`;
}

export const sms_link = (message: Message) =>
  `sms:112?body=${encodeURIComponent(sms_text(message))}`;
