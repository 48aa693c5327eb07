// Come here for the sign-in page's words in Korean; their type is what the others must say too.

export const korean = {
  other_language: "English",
  title: "Lamplighter 로그인",
  name: "이름",
  password: "비밀번호",
  sign_in: "로그인",
  provider: "구청 계정으로 로그인",
  wall: "키보드가 없는 상황판입니다",
  wall_how:
    "휴대전화 카메라로 그림을 비추거나, 휴대전화나 다른 컴퓨터에서 아래 주소를 열고 코드를 입력하세요.",
  wall_picture: "로그인 주소의 QR 코드",
  wall_code: "코드",
  wall_waits: "입력하고 로그인하면 이 화면이 저절로 바뀝니다.",
  nobody_asks: "이 관제석은 로그인 없이 쓸 수 있습니다.",
  to_the_page: "계속",
  choose_title: "내 비밀번호 정하기",
  choose_why:
    "처음 받은 비밀번호로는 새 비밀번호만 정할 수 있습니다. 본인만 아는 비밀번호를 정하세요.",
  new_password: "새 비밀번호",
  new_again: "새 비밀번호 다시",
  at_least: (letters: number) => `${letters}자 이상`,
  choose: "비밀번호 정하기",
  not_the_same: "두 비밀번호가 서로 다릅니다.",
  wrong: "이름과 비밀번호가 맞지 않습니다.",
  too_many: "시도가 너무 많았습니다. 잠시 후 다시 하세요.",
  not_for_you: "로그인했지만 이 화면을 볼 권한이 없습니다. 관리자에게 문의하세요.",
  signed_in_as: (name: string) => `${name} 님으로 로그인되어 있습니다.`,
  sign_out: "로그아웃",
  provider_down: "구청 로그인 서버가 응답하지 않습니다. 잠시 후 다시 하세요.",
  provider_refused: "구청 로그인이 끝나지 않았습니다. 다시 하거나 관리자에게 문의하세요.",
  not_believed: "구청 로그인의 답을 확인할 수 없습니다. 다시 하거나 관리자에게 문의하세요.",
  not_yours:
    "구청 계정은 확인했지만 이곳의 역할이 없습니다. 관리자에게 담당 그룹에 넣어 달라고 하세요.",
  begin_again: "이 브라우저에서 시작하지 않았거나 너무 오래 걸렸습니다. 다시 로그인하세요.",
  password_over:
    "이 일회용 비밀번호는 기한이 지났습니다. 관리자에게 새 일회용 비밀번호를 달라고 하세요.",
  old_password: "처음 입력한 비밀번호가 이제 맞지 않습니다. 이 화면을 새로 열어 다시 로그인하세요.",
  no_answer: "서버가 응답하지 않습니다. 다시 시도하세요.",
  refused: (why: string) => `처리할 수 없습니다: ${why}`,
};

export type Words = typeof korean;
