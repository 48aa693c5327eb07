// Come here for why a row of a file was refused, in the page's language: the dispatcher says it in
// English (lights/sieve.py), with what stood in the row.
import type { Language } from "./words.js";

/** What the dispatcher says, and the same in Korean; `$1` is what stood in the row. */
const korean: readonly (readonly [RegExp, string])[] = [
  [/^every cell is the same as in row (\d+)$/, "모든 칸이 $1행과 같습니다"],
  [
    /^(\d+) cells under (\d+) columns: some are missing$/,
    "열은 $2개인데 칸이 $1개입니다: 빠진 칸이 있습니다",
  ],
  [
    /^(\d+) cells under (\d+) columns: an address with a bare comma\?$/,
    "열은 $2개인데 칸이 $1개입니다: 주소에 쉼표가 그대로 들어 있습니까?",
  ],
  [/^some characters are lost: type them anew$/, "깨진 글자가 있습니다: 다시 입력하십시오"],
  [/^no latitude$/, "위도가 없습니다"],
  [/^no longitude$/, "경도가 없습니다"],
  [/^neither latitude nor longitude$/, "위도와 경도가 모두 없습니다"],
  [
    /^(['"].*['"]) is not a number of degrees such as (\S+)$/,
    "$1: 도 단위의 숫자가 아닙니다 (예: $2)",
  ],
  [
    /^(\d+) different rows stand on this one point: it is nobody's place$/,
    "서로 다른 $1개 행이 이 한 점에 있습니다: 실제 위치가 아닙니다",
  ],
  [
    /^alone, (\d+) km from the middle of the lamps of this file: a wrong digit in the coordinate\?$/,
    "이 파일의 등들에서 $1km 떨어져 혼자 있습니다: 좌표의 숫자가 틀렸습니까?",
  ],
  [
    /^alone, (\d+) km from the middle of the lamps of (.*): a wrong digit in the coordinate\?$/,
    "$2의 등들에서 $1km 떨어져 혼자 있습니다: 좌표의 숫자가 틀렸습니까?",
  ],
  [
    /^lamp id (['"].*['"]): 1 to 64 of A-Z, a-z, 0-9, _ and - are needed$/,
    "등 번호 $1: 영문자, 숫자, _, - 로 1~64자여야 합니다",
  ],
  [
    /^lamp id (\S+) stands in (\d+) rows: which one is it\?$/,
    "등 번호 $1이(가) $2개 행에 있습니다: 어느 것입니까?",
  ],
  [
    /^longitude (\S+), latitude (\S+): longitude and latitude look swapped$/,
    "경도 $1, 위도 $2: 위도와 경도가 바뀐 듯합니다",
  ],
  [
    /^longitude (\S+), latitude (\S+): these are not degrees but, .*$/,
    "경도 $1, 위도 $2: 도가 아니라 평면 좌표(m)인 듯합니다. WGS84(EPSG:4326)로 내보내십시오",
  ],
  [
    /^longitude (\S+), latitude (\S+): this lies outside of Korea$/,
    "경도 $1, 위도 $2: 우리나라 밖입니다",
  ],
];

/** A reason that this page does not know stays as it came: better in English than not at all. */
export function reason_in(language: Language, reason: string): string {
  if (language === "en") return reason;
  const known = korean.find(([said]) => said.test(reason));
  return known ? reason.replace(...known) : reason;
}
