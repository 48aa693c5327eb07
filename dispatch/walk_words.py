"""Come here for what is said about a walk, in Korean and English: to its walker, to guardians, to
the desk. Words that people use, one thought each."""

from collections.abc import Mapping
from typing import Final

from dispatch.walk import Alarm, How, News, State, Walk
from dispatch.walk_events import Cause, Signal
from dispatch.words import Words
from lights.darkness import Darkness

_GONE: Final = Words(
    "걷는 동안의 위치를 지웠습니다. 신고된 사건이 있으면 그 위치는 한동안 남습니다.",
    "The walk's positions are gone; an incident that came of it keeps its place for a time.",
)
"""The same whether one came of it or not: one that is hidden must not be heard of."""
_STATES: Final[Mapping[State, Words]] = {
    "walking": Words("함께 걷고 있습니다.", "We are walking with you."),
    "paused": Words(
        "잠시 멈췄습니다. 다시 출발하면 알려 주세요.", "Paused. Tell us when you go on."
    ),
    "asking": Words("괜찮으세요?", "Are you all right?"),
    "alarmed": Words("관제센터에 도움을 요청했습니다.", "Help has been called."),
    "arrived": Words(f"도착했습니다. {_GONE.ko}", f"You have arrived. {_GONE.en}"),
    "ended": Words(f"안심귀가를 마쳤습니다. {_GONE.ko}", f"Ended. {_GONE.en}"),
}
_SAID_FINE: Final = Words(
    "괜찮다고 전했습니다. 그래도 관제센터가 한 번 더 확인합니다.",
    "We have passed it on. Somebody will still check.",
)

_QUESTIONS: Final[Mapping[Signal, Words]] = {
    "overdue": Words("도착할 시간이 지났습니다.", "You are later than you expected."),
    "off_route": Words("가려던 길에서 벗어났습니다.", "You have left your route."),
    "away": Words(
        "목적지에서 멀어지고 있습니다.", "You are going away from where you wanted to go."
    ),
    "still": Words("외진 곳에 오래 머물러 있습니다.", "You have stood still for a while."),
    "silent": Words("휴대전화에서 소식이 없었습니다.", "Nothing was heard from your phone."),
    "battery": Words("배터리가 곧 꺼집니다.", "Your battery is about to die."),
}

_SEEN: Final[Mapping[Signal, Words]] = {
    "overdue": Words("예정보다 {} 늦음", "{} late"),
    "off_route": Words("{} 동안 경로에서 벗어남", "off the route for {}"),
    "away": Words("{} 동안 목적지에서 멀어짐", "away from the destination for {}"),
    "still": Words("{} 동안 한곳에 머묾", "in one place for {}"),
    "silent": Words("{} 동안 휴대전화 응답 없음", "no word from the phone for {}"),
    "battery": Words("배터리 {}%", "battery at {} %"),
}

_ALARMS: Final[Mapping[How, Words]] = {
    "no_answer": Words("안심귀가 확인에 답이 없음", "No answer to the check-in of a walk home"),
    "help": Words("안심귀가 중 도움 요청", "The walker asked for help"),
    "duress": Words(
        "협박 PIN 입력 — 전화하거나 무전으로 알리지 말 것",
        "Duress PIN — do not phone the walker",
    ),
    "wrong_pins": Words("PIN을 여러 번 틀림", "The PIN was mistyped many times"),
    "sos": Words("안심귀가 중 긴급신고", "SOS during a walk home"),
}

_NEWS: Final[Mapping[News, Words]] = {
    "late": Words(
        "{}이 안심귀가 확인에 답하지 않습니다. 연락해 보세요.",
        "{} does not answer on the way home. Please try to reach them.",
    ),
    "alarmed": Words(
        "{}의 안심귀가에 문제가 생겨 관제센터에 알렸습니다.",
        "Something is wrong on the way home of {}. The control centre has been told.",
    ),
    "well": Words("{}이 괜찮다고 답했습니다.", "{} is all right."),
    "arrived": Words("{}이 도착했습니다.", "{} has arrived."),
}
_SOMEBODY: Final = Words("보호하시는 분", "The person you look after")


def words_for_walker(walk: Walk) -> Words:
    """The state of a walk for whoever walks."""
    if walk.state == "alarmed" and walk.said_fine:
        return _SAID_FINE
    return _STATES[walk.state]


def dark_words(dark: Darkness) -> Words:
    """Where the light ends on the way ahead, for whoever walks."""
    dead = dark.reason == "dead_lamps"
    ko = "보안등이 꺼져 있습니다." if dead else "보안등이 없습니다."
    en = "the street lights are out" if dead else "there are no street lights"
    if not dark.metres:
        return Words(f"지금 계신 곳은 {ko}", f"Here {en}.")
    return Words(f"앞으로 {dark.metres:.0f}m부터 {ko}", f"In {dark.metres:.0f} m {en}.")


def question_words(why: tuple[Cause, ...]) -> Words:
    """A question that says first why it is asked."""
    asked = _STATES["asking"]
    if not why:
        return asked
    first = _QUESTIONS[why[0].signal]
    return Words(f"{first.ko} {asked.ko}", f"{first.en} {asked.en}")


def seen_words(cause: Cause) -> Words:
    """What the machine saw, for the desk."""
    words = _SEEN[cause.signal]
    if cause.signal == "battery":
        return Words(words.ko.format(cause.value), words.en.format(cause.value))
    minutes, seconds = divmod(max(0, cause.value), 60)
    ko = " ".join([f"{minutes}분"] * (minutes > 0) + [f"{seconds}초"] * (seconds > 0)) or "0초"
    en = " ".join([f"{minutes} min"] * (minutes > 0) + [f"{seconds} s"] * (seconds > 0)) or "0 s"
    return Words(words.ko.format(ko), words.en.format(en))


def alarm_words(alarm: Alarm) -> Words:
    """Why help was called."""
    seen = [seen_words(cause) for cause in alarm.why]
    how = _ALARMS[alarm.how]
    ko = ", ".join([how.ko, *(one.ko for one in seen)])
    return Words(ko, ", ".join([how.en, *(one.en for one in seen)]))


def news_words(news: News, walker: str) -> Words:
    """What a guardian is told."""
    return _named(_NEWS[news], walker)


_SHARED: Final[Mapping[str, Words]] = {
    "walking": Words("{}이 걷고 있습니다.", "{} is on the way."),
    "paused": Words("{}이 잠시 멈췄습니다.", "{} has paused."),
    "late": Words("{}이 확인에 답하지 않습니다.", "{} does not answer."),
    "alarmed": Words("{}을 위해 도움을 요청했습니다.", "Help has been called for {}."),
    "arrived": Words("{}이 도착했습니다.", "{} has arrived."),
    "ended": Words("{}이 안심귀가를 마쳤습니다.", "{} has ended the walk."),
}


def words_for_guardian(state: str, walker: str) -> Words:
    """The state of a walk for whoever opens a guardian's link."""
    return _named(_SHARED[state], walker)


def _named(words: Words, walker: str) -> Words:
    if not walker:
        return Words(words.ko.format(_SOMEBODY.ko), words.en.format(_SOMEBODY.en))
    return Words(words.ko.format(f"{walker}님"), words.en.format(walker))
