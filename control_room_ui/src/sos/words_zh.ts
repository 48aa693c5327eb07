// Come here for what the phone says in Chinese (simplified).
import type { Words } from "./words_ko.js";

export const chinese: Words = {
  name: "中文",
  speaks: "중국어",
  html: "zh-Hans",
  title: "紧急求助",
  language: "语言",
  settings: "设置",
  back: "返回",

  sos: "SOS",
  hold: "长按",
  keep_holding: "请一直按住",
  how_tap: "长按立即求助，轻点则5秒后求助",
  how_hold: "长按立即求助",
  silent: "我正在躲藏",
  silent_more: "屏幕变暗，无声音、无振动、路灯不闪",

  searching: "正在定位…现在就可以按",
  found: (metres) => (metres === null ? "已定位" : `已定位 · 误差 ${metres} 米`),
  denied: "定位未获允许，但仍可求助。",
  no_network: "没有网络。按下后，一有网络就发送。",

  counting: "秒后求助",
  counting_drill: "秒后发送演练求助",
  cancel: "取消",
  send_now: "立即求助",
  send_drill: "立即发送演练",

  call: "拨打112",
  text: "短信112",

  sending: "正在发送…",
  kept: "没有网络 · 已保存",
  kept_more: "一有网络就发送。紧急时请打112或发短信。",
  unanswered: "尚未收到",
  unanswered_more: "正在继续发送。紧急时请打112或发短信。",
  refused: "中心未能受理",
  refused_more: "请打112或发短信。手机会继续发送。",
  pressed_ago: (ago) => `${ago}前按下`,
  old: "您还需要帮助吗？",
  old_more: (ago) => `您在${ago}前按下，但没能发送。`,
  still_needed: "需要，现在发送",
  not_needed: "不需要，我安全",
  drop: "不发送",
  drop_sure: "确定不发送吗？",
  drop_more: "如果已经收到，仍会有人确认。",

  states: {
    open: "监控中心已收到",
    acknowledged: "工作人员已看到",
    assigned: "已指派警察",
    en_route: "警察正在赶来",
    on_scene: "警察已到达",
  },
  steps: {
    received: "中心已收到",
    seen: "工作人员已看到",
    coming: "警察出动",
    lamps: "附近路灯已亮",
  },
  lit: (lit, asked) => `${asked}盏中${lit}盏`,
  no_lamps: "无",
  hushed_lamps: "不闪（正在躲藏）",
  your_place: "我的位置",
  no_place: "尚不清楚 · 找到后立即发送",
  accuracy: (metres) => `误差 ${metres} 米`,
  before_now: (ago) => `${ago}前`,
  ago: (seconds) =>
    seconds < 60
      ? `${seconds}秒`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)}分钟`
        : `${Math.floor(seconds / 3600)}小时`,
  as_of: (hour) => `截至 ${hour}`,
  stale: (hour) => `连接中断。以下是 ${hour} 的情况。`,
  locked_out: "已收到，但无法显示进展。紧急时请打112。",

  withdraw: "我已安全（取消）",
  withdraw_sure: "要取消吗？",
  withdraw_more: "即使取消，仍会有人确认您是否安全。",
  withdraw_yes: "是，取消",
  withdraw_no: "不，继续求助",
  withdrawing: "正在发送取消请求…",
  withdrawn: "已请求取消",
  withdrawn_more: "仍会有人确认。有危险请打112。",
  need_again: "我仍需要帮助",

  over: {
    closed: "已结束",
    gone: "该求助已不存在",
    dropped: "没有发送",
  },
  over_more: "已从本手机删除求助内容。如仍需要帮助，请再按。",
  over_kept: "中心在结案后保留其位置和内容30天，作为证据时更久，之后销毁。",
  again: "回到首页",

  drill: "演练 · 不是真实求助",
  drill_title: "演练",
  drill_explain: "只有下一次求助是演练。10分钟内未按，自动解除。",
  drill_type: (word) => `要开启，请输入“${word}”`,
  drill_word: "演练",
  drill_on: "开启演练",
  drill_off: "关闭演练",

  tap: "轻点也求助（5秒后）",
  tap_more: "关闭后只有长按才求助",
  shake: "摇动求助（5秒后）",
  shake_more: "打开本页时用力摇四下",
  shake_denied: "本手机无法使用摇动功能。",
  install: "安装到主屏幕",
  privacy: "按下之前，位置不会离开手机。求助结束后立即从本手机删除。",
};
