// Come here for the words of a guardian's page in Korean; its shape is what English must fill.

/** The same whether one came of it or not: what the phone must not know, nor do they. */
const FORGOTTEN =
  "걷는 동안의 위치는 지웠습니다. 도중에 신고된 사건이 있으면 그 위치와 지나온 길은 사건이 끝나고 30일 동안, 증거로 보존하면 더 오래 남습니다.";

export const korean = {
  title: "안심귀가",
  other_language: "English",
  asking: "불러오는 중…",
  states: {
    walking: (name: string) => `${name} 집에 가는 중입니다`,
    paused: (name: string) => `${name} 잠시 멈췄습니다`,
    late: (name: string) => `${name} 확인에 답하지 않습니다`,
    alarmed: (name: string) => `${name} 위해 도움을 요청했습니다`,
    arrived: (name: string) => `${name} 잘 도착했습니다`,
    ended: (name: string) => `${name} 안심귀가를 마쳤습니다`,
  },
  named: (name: string, object: boolean) =>
    name ? `${name}님${object ? "을" : "이"}` : `보호하시는 분${object ? "을" : "이"}`,
  what_now: {
    walking: "지금은 하실 일이 없습니다. 문제가 생기면 여기에 나옵니다.",
    paused: "어딘가에 머무는 동안은 지켜보지 않습니다.",
    late: "지금 전화해 보세요. 계속 답이 없으면 관제센터가 도움을 보냅니다.",
    alarmed: "관제센터가 알고 있습니다. 위험해 보이면 112에 전화하세요.",
    arrived: FORGOTTEN,
    ended: FORGOTTEN,
  },
  why: "무슨 일인가요",
  where: "지금 어디에 있나요",
  near_pole: (label: string) => `가로등 ${label} 근처`,
  number: (number: string) => `국가지점번호 ${number}`,
  within: (metres: number) => `오차 약 ${metres} m`,
  just_now: "방금 확인한 위치",
  age: (time: string) => `${time} 전 위치`,
  seconds: (n: number) => `${n}초`,
  minutes: (n: number) => `${n}분`,
  old: "새 위치가 오지 않고 있습니다.",
  no_place: "아직 위치를 모릅니다.",
  no_consent: "걷는 사람이 위치를 알리는 데 동의하지 않아 위치는 보이지 않습니다.",
  only_in_need: "위치는 문제가 생겼을 때만 보입니다.",
  map_app: "지도 앱에서 열기",
  call_112: "112에 전화",
  due: (hour: string) => `도착 예정 ${hour}`,
  expires: (hour: string) => `이 링크는 늦어도 ${hour}까지 열립니다. 볼 때마다 기록이 남습니다.`,
  expired: "이 링크는 끝났습니다",
  expired_more:
    "기한이 지났거나 주소가 온전하지 않습니다. 걱정되면 직접 전화하거나 112에 알리세요.",
  unheard: "연결이 끊겼습니다. 아래 내용은 오래되었을 수 있습니다.",
};

export type Words = typeof korean;
