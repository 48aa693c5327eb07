// Come here for the accounts page's words in Korean; their type is what the others must say too.

export const korean = {
  title: "계정 관리",
  accounts: "계정",
  sessions: "지금 로그인한 사람",
  name: "이름",
  roles: "역할",
  jurisdictions: "관할 (쉼표로 구분, 경찰만)",
  known: (names: readonly string[] | null) =>
    names?.length === 0
      ? "등록된 관할이 없습니다. 먼저 관할을 가져오십시오 (lamplighter areas import)."
      : `등록된 관할: ${names?.join(", ") ?? "…"}`,
  bad_jurisdictions: (names: readonly string[] | null) =>
    names?.length === 0
      ? "경찰 계정에는 관할이 필요한데 등록된 관할이 없습니다. 먼저 관할을 가져오십시오."
      : `경찰 계정에는 등록된 관할이 하나 이상 필요합니다: ${names?.join(", ") ?? ""}`,
  state: "상태",
  works: "사용 중",
  first: "첫 로그인 전",
  good_until: (day: string) => `${day}까지 쓸 수 있습니다.`,
  too_late: "일회용 비밀번호 기한이 지났습니다. 새로 발급하십시오.",
  revoked: (day: string) => `${day} 중지됨`,
  no_role: "역할 없음",
  change: "역할 바꾸기",
  save: "저장",
  cancel: "취소",
  reset: "비밀번호 새로 발급",
  revoke: "계정 중지",
  press_again: "다시 눌러 확인",
  add: "계정 추가",
  add_again: (name: string) => `${name} 계정 되살리기`,
  was_revoked:
    "전에 중지된 계정의 이름입니다. 다른 사람이라면 다른 이름을 쓰고, 같은 사람이면 한 번 더 눌러 지금 고른 역할로 되살리십시오.",
  add_title: "새 계정",
  said_once: (name: string) =>
    `${name} 님의 일회용 비밀번호입니다. 지금만 보이니 본인에게 직접 전하십시오.`,
  noted: "전달했습니다",
  from: "접속 주소",
  since: "로그인 시각",
  last: "마지막 사용",
  end: "로그아웃시키기",
  nobody: "아무도 없습니다.",
  by_provider: "구청 계정으로 로그인하는 곳에서는 역할을 구청 계정에서 바꿉니다.",
  no_answer: "서버가 응답하지 않습니다. 다시 시도하세요.",
  refused: (why: string) => `처리할 수 없습니다: ${why}`,
  not_yours: "시스템 관리자만 볼 수 있습니다.",
};

export type Words = typeof korean;
