// Come here for what the phone says in Korean; its shape is what every other language must fill.

export const korean = {
  name: "한국어",
  /** What this language is called on the text message to 112; null for Korean itself. */
  speaks: null as string | null,
  html: "ko",
  title: "긴급신고",
  language: "언어",
  settings: "설정",
  back: "돌아가기",

  sos: "SOS",
  hold: "길게 누르기",
  keep_holding: "계속 누르세요",
  how_tap: "길게 누르면 바로 신고, 짧게 누르면 5초 뒤 신고",
  how_hold: "길게 누르면 바로 신고합니다",
  silent: "숨어 있어요",
  silent_more: "어두운 화면, 소리·진동·가로등 깜박임 없음",

  searching: "위치 찾는 중… 지금 눌러도 됩니다",
  found: (metres: number | null) =>
    metres === null ? "위치 확인됨" : `위치 확인됨 · 오차 ${metres} m`,
  denied: "위치 권한이 꺼져 있습니다. 그래도 신고할 수 있습니다.",
  no_network: "인터넷 연결 없음. 눌러 두면 연결될 때 보냅니다.",

  counting: "초 뒤 신고합니다",
  counting_drill: "초 뒤 훈련 신고를 보냅니다",
  cancel: "취소",
  send_now: "지금 신고",
  send_drill: "훈련 신고 보내기",

  call: "112 전화",
  text: "112 문자",

  sending: "보내는 중…",
  kept: "연결 없음 · 보관 중",
  kept_more: "연결되면 바로 보냅니다. 급하면 112에 전화나 문자를 하세요.",
  unanswered: "아직 접수되지 않음",
  unanswered_more: "계속 다시 보내고 있습니다. 급하면 112에 전화나 문자를 하세요.",
  refused: "관제센터가 받지 못함",
  refused_more: "112에 전화나 문자를 하세요. 여기서도 계속 보냅니다.",
  pressed_ago: (ago: string) => `${ago} 전에 누름`,
  old: "아직 도움이 필요하세요?",
  old_more: (ago: string) => `${ago} 전에 눌렀지만 보내지 못했습니다.`,
  still_needed: "네, 지금 보내기",
  not_needed: "아니요, 괜찮습니다",
  drop: "보내지 않기",
  drop_sure: "정말 보내지 않을까요?",
  drop_more: "이미 접수되었다면 그래도 담당자가 확인합니다.",

  states: {
    open: "관제센터가 받았습니다",
    acknowledged: "담당자가 확인했습니다",
    assigned: "출동할 경찰이 정해졌습니다",
    en_route: "경찰이 가고 있습니다",
    on_scene: "경찰이 도착했습니다",
  } as Record<string, string>,
  steps: {
    received: "관제센터 접수",
    seen: "담당자 확인",
    coming: "경찰 출동",
    lamps: "주변 가로등 켜짐",
  },
  lit: (lit: number, asked: number) => `${asked}개 중 ${lit}개`,
  no_lamps: "없음",
  hushed_lamps: "안 함 (숨는 중)",
  your_place: "내 위치",
  no_place: "아직 모름 · 찾으면 바로 알립니다",
  accuracy: (metres: number) => `오차 ${metres} m`,
  before_now: (ago: string) => `${ago} 전`,
  ago: (seconds: number) =>
    seconds < 60
      ? `${seconds}초`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)}분`
        : `${Math.floor(seconds / 3600)}시간`,
  as_of: (hour: string) => `${hour} 기준`,
  stale: (hour: string) => `연결 끊김. 아래는 ${hour}의 상황입니다.`,
  locked_out: "접수되었지만 진행 상황을 더 볼 수 없습니다. 급하면 112.",

  withdraw: "이제 괜찮아요 (취소)",
  withdraw_sure: "취소할까요?",
  withdraw_more: "취소해도 담당자가 한 번 더 확인합니다.",
  withdraw_yes: "네, 취소 요청",
  withdraw_no: "아니요, 계속",
  withdrawing: "취소 요청을 보내는 중…",
  withdrawn: "취소 요청됨",
  withdrawn_more: "그래도 담당자가 확인합니다. 위험하면 112.",
  need_again: "아직 도움이 필요해요",

  over: {
    closed: "종료되었습니다",
    gone: "신고가 더 이상 없습니다",
    dropped: "보내지 않았습니다",
  },
  over_more: "이 휴대폰에서 신고 내용을 지웠습니다. 아직 도움이 필요하면 다시 누르세요.",
  over_kept:
    "관제센터는 그 위치와 내용을 사건이 끝나고 30일 동안, 증거로 보존하면 더 오래 갖고 있다가 파기합니다.",
  again: "처음 화면",

  drill: "훈련 · 실제 신고 아님",
  drill_title: "훈련",
  drill_explain: "다음 신고 하나만 훈련이 됩니다. 10분 안에 누르지 않으면 풀립니다.",
  drill_type: (word: string) => `켜려면 “${word}”(이)라고 쓰세요`,
  drill_word: "훈련",
  drill_on: "훈련 켜기",
  drill_off: "훈련 끄기",

  tap: "짧게 눌러도 신고 (5초 뒤)",
  tap_more: "끄면 길게 눌러야만 신고됩니다",
  shake: "흔들어서 신고 (5초 뒤)",
  shake_more: "이 화면이 켜져 있을 때 세게 네 번 흔드세요",
  shake_denied: "이 휴대폰에서는 흔들기를 쓸 수 없습니다.",
  install: "홈 화면에 설치",
  privacy:
    "위치는 누르기 전에는 휴대폰을 떠나지 않습니다. 신고가 종료되면 이 휴대폰에서 바로 지웁니다.",
};

export type Words = typeof korean;
