// Come here for what only the control room says, in Korean.

export const room_ko = {
  glance: {
    nobody_has_it: "담당 없음",
    control_room: "관제 확인",
    light_over: "불빛 끝남",
    dark_for_silence: "불빛 안 켬 (무음)",
    dark_without_place: "위치를 몰라 불빛 없음",
    dark_by_wish: "불빛 요청 안 함",
    no_lamps: "가까운 등 없음",
    all_lit: (n: number) => `등 ${n}개 모두 켜짐`,
    some_lit: (seen: number, asked: number) => `등 ${asked}개 중 ${seen}개 켜짐`,
    none_seen: (n: number) => `등 ${n}개 요청, 응답 전`,
    all_failed: (n: number) => `등 ${n}개 모두 실패`,
  },
  wanting: {
    disposition: "먼저 종결 구분을 고르십시오.",
    unit: "출동할 부서를 쓰십시오.",
    text: "내용을 쓰십시오.",
  },
  ground: {
    jurisdictions: "관할",
    neighbourhoods: "동 경계",
    base_missing: "배경 지도를 불러오지 못했습니다.",
    chosen_has_no_place: "선택한 신고는 위치가 없어 지도에 보이지 않습니다.",
  },
};
