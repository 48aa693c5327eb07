// Come here for what the phone says in Vietnamese.
import type { Words } from "./words_ko.js";

export const vietnamese: Words = {
  name: "Tiếng Việt",
  speaks: "베트남어",
  html: "vi",
  title: "Khẩn cấp",
  language: "Ngôn ngữ",
  settings: "Cài đặt",
  back: "Quay lại",

  sos: "SOS",
  hold: "Nhấn giữ",
  keep_holding: "Tiếp tục giữ",
  how_tap: "Nhấn giữ: gọi trợ giúp ngay. Chạm: gọi sau 5 giây",
  how_hold: "Nhấn giữ để gọi trợ giúp ngay",
  silent: "Tôi đang trốn",
  silent_more: "Màn hình tối, không âm thanh, không rung, đèn không nhấp nháy",

  searching: "Đang tìm vị trí… có thể nhấn ngay",
  found: (metres) => (metres === null ? "Đã có vị trí" : `Đã có vị trí · sai số ${metres} m`),
  denied: "Chưa cho phép vị trí. Bạn vẫn có thể gọi trợ giúp.",
  no_network: "Không có mạng. Cứ nhấn: khi có mạng sẽ gửi ngay.",

  counting: "giây nữa sẽ gọi trợ giúp",
  counting_drill: "giây nữa sẽ gửi tin diễn tập",
  cancel: "Hủy",
  send_now: "Gọi ngay",
  send_drill: "Gửi diễn tập ngay",

  call: "Gọi 112",
  text: "Nhắn 112",

  sending: "Đang gửi…",
  kept: "Không có mạng · đã lưu",
  kept_more: "Có mạng sẽ gửi ngay. Nếu gấp, hãy gọi hoặc nhắn tin 112.",
  unanswered: "Chưa nhận được",
  unanswered_more: "Vẫn đang gửi lại. Nếu gấp, hãy gọi hoặc nhắn tin 112.",
  refused: "Trung tâm không nhận được",
  refused_more: "Hãy gọi hoặc nhắn tin 112. Điện thoại vẫn tiếp tục gửi.",
  pressed_ago: (ago) => `đã nhấn ${ago} trước`,
  old: "Bạn còn cần giúp không?",
  old_more: (ago) => `Bạn đã nhấn ${ago} trước nhưng chưa gửi được.`,
  still_needed: "Có, gửi ngay",
  not_needed: "Không, tôi an toàn",
  drop: "Không gửi",
  drop_sure: "Chắc chắn không gửi?",
  drop_more: "Nếu trung tâm đã nhận, vẫn sẽ có người kiểm tra.",

  states: {
    open: "Trung tâm đã nhận",
    acknowledged: "Nhân viên đã xem",
    assigned: "Đã phân công cảnh sát",
    en_route: "Cảnh sát đang đến",
    on_scene: "Cảnh sát đã đến nơi",
  },
  steps: {
    received: "Trung tâm đã nhận",
    seen: "Nhân viên đã xem",
    coming: "Cảnh sát đang đến",
    lamps: "Đèn gần bạn đã sáng",
  },
  lit: (lit, asked) => `${lit}/${asked}`,
  no_lamps: "không có",
  hushed_lamps: "không (đang trốn)",
  your_place: "Vị trí của bạn",
  no_place: "Chưa biết · tìm được sẽ gửi ngay",
  accuracy: (metres) => `sai số ${metres} m`,
  before_now: (ago) => `${ago} trước`,
  ago: (seconds) =>
    seconds < 60
      ? `${seconds} giây`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)} phút`
        : `${Math.floor(seconds / 3600)} giờ`,
  as_of: (hour) => `lúc ${hour}`,
  stale: (hour) => `Mất kết nối. Dưới đây là tình hình lúc ${hour}.`,
  locked_out: "Đã nhận, nhưng không xem được tình trạng xử lý. Nếu gấp: 112.",

  withdraw: "Tôi đã an toàn (hủy)",
  withdraw_sure: "Hủy yêu cầu trợ giúp?",
  withdraw_more: "Vẫn sẽ có người kiểm tra xem bạn an toàn không.",
  withdraw_yes: "Có, hủy",
  withdraw_no: "Không, vẫn cần giúp",
  withdrawing: "Đang gửi yêu cầu hủy…",
  withdrawn: "Đã yêu cầu hủy",
  withdrawn_more: "Vẫn sẽ có người kiểm tra. Nếu nguy hiểm: 112.",
  need_again: "Tôi vẫn cần giúp đỡ",

  over: {
    closed: "Đã kết thúc",
    gone: "Tin báo không còn nữa",
    dropped: "Đã không gửi",
  },
  over_more: "Đã xóa tin báo khỏi điện thoại này. Nếu vẫn cần giúp đỡ, hãy nhấn lại.",
  over_kept:
    "Trung tâm giữ vị trí và nội dung 30 ngày sau khi kết thúc, lâu hơn nếu là bằng chứng, rồi hủy.",
  again: "Màn hình đầu",

  drill: "DIỄN TẬP · không phải thật",
  drill_title: "Diễn tập",
  drill_explain: "Chỉ lần báo tiếp theo là diễn tập. Nếu không nhấn trong 10 phút, tự tắt.",
  drill_type: (word) => `Để bật, hãy gõ “${word}”`,
  drill_word: "DIỄN TẬP",
  drill_on: "Bật diễn tập",
  drill_off: "Tắt diễn tập",

  tap: "Chạm nhẹ cũng gọi (sau 5 giây)",
  tap_more: "Tắt: chỉ nhấn giữ mới gọi",
  shake: "Lắc để gọi (sau 5 giây)",
  shake_more: "Lắc mạnh bốn lần khi trang này đang mở",
  shake_denied: "Điện thoại này không dùng được chức năng lắc.",
  install: "Cài vào màn hình chính",
  privacy:
    "Trước khi bạn nhấn, vị trí không rời khỏi điện thoại. Khi kết thúc, tin báo được xóa khỏi điện thoại này.",
};
