// Come here for what is said to somebody before a page that is not theirs, in both languages.

const for_whom_ko: Record<string, string> = {
  "/": "이 화면은 관제실(관제 요원, 관제 책임자)을 위한 것입니다.",
  "/police": "이 화면은 경찰과 관제실을 위한 것입니다.",
  "/lamps": "이 화면은 등 관리자와 관제실을 위한 것입니다.",
  "/accounts": "이 화면은 시스템 관리자를 위한 것입니다.",
  "/audit": "이 화면은 감사자를 위한 것입니다.",
};

export const korean = {
  for_whom: (page: string) => for_whom_ko[page] ?? "이 화면은 다른 역할을 위한 것입니다.",
  no_page: "이곳에는 아직 이 역할의 화면이 없습니다.",
  no_jurisdiction:
    "이 계정에는 관할이 정해져 있지 않습니다. 시스템 관리자에게 관할을 정해 달라고 하세요.",
  unknown_jurisdiction: (names: string) =>
    `이 계정의 관할(${names})은 등록되어 있지 않습니다. 시스템 관리자에게 문의하세요.`,
  you_are: (name: string, roles: string) => `${name} 님으로 로그인되어 있습니다 (${roles}).`,
  no_role: "역할 없음: 시스템 관리자에게 문의하세요",
  may: {
    operator: "관제 요원은 관제 화면에서 신고를 받고 처리합니다.",
    supervisor: "관제 책임자는 관제 화면에서 기록을 보존하거나 파기할 수 있습니다.",
    police: "경찰은 관할의 신고를 경찰 화면에서 봅니다.",
    crew: "등 관리자는 등 화면에서 고장을 보고 등을 시험합니다.",
    administrator: "시스템 관리자는 계정 화면에서 누가 무엇을 할 수 있는지 정합니다.",
    auditor: "감사자는 신고의 경과 기록과 로그인·권한 기록을 읽습니다. 현재 위치는 보지 않습니다.",
  } as Record<string, string>,
  own_page: "내 화면으로",
  sign_out: "로그아웃",
  other_language: "English",
};

export type ThresholdWords = typeof korean;

const for_whom_en: Record<string, string> = {
  "/": "This page is for the control room (operators and supervisors).",
  "/police": "This page is for the police and the control room.",
  "/lamps": "This page is for the lighting crew and the control room.",
  "/accounts": "This page is for administrators.",
  "/audit": "This page is for auditors.",
};

export const english: ThresholdWords = {
  for_whom: (page) => for_whom_en[page] ?? "This page is for another role.",
  no_page: "There is no page for this role here yet.",
  no_jurisdiction: "No jurisdiction is given to this account. Ask an administrator for one.",
  unknown_jurisdiction: (names) =>
    `The jurisdiction of this account (${names}) is not known here. Ask an administrator.`,
  you_are: (name, roles) => `You are signed in as ${name} (${roles}).`,
  no_role: "no role: ask an administrator",
  may: {
    operator: "Operators take reports and see to them in the control room.",
    supervisor: "Supervisors can also keep or destroy records in the control room.",
    police: "Police see the incidents of their jurisdictions at the police desk.",
    crew: "The lighting crew sees faults and tests lamps on the lamps page.",
    administrator: "Administrators say who may do what, on the accounts page.",
    auditor:
      "Auditors read what happened to incidents, and who came in and was given which right. They see nobody's present place.",
  },
  own_page: "To my own page",
  sign_out: "Sign out",
  other_language: "한국어",
};
