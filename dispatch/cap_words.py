"""Come here for what a CAP message says to people, in Korean and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from dispatch.incident import Incident
from dispatch.spot import Spot

_LONGEST_HEADLINE: Final = 160
"""CAP 1.2, 3.2.2: some displays end there."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: str
    restriction: str
    drill: str
    kinds: Mapping[str, str]
    other_kind: str
    states: Mapping[str, str]
    dispositions: Mapping[str, str]
    qualities: Mapping[str, str]
    nowhere: str
    outside: str
    within: str
    old_fix: str
    pole: str
    compass: tuple[str, ...]
    hides: str
    withdrawn: str
    escalated: str
    blinking: str
    bright: str
    note: str
    seen: str
    unit: str

    def event(self, incident: Incident) -> str:
        """What it is."""
        kind = self.kinds.get(incident.report.kind, self.other_kind)
        return f"{self.drill}: {kind}" if incident.drill else kind

    def headline(self, incident: Incident) -> str:
        """The whole in one line."""
        spot = incident.spot
        where = " ".join(filter(None, (spot.address, spot.number))) or self.nowhere
        whole = f"{self.event(incident)} — {where} — {self.states[incident.state]}"
        return whole if len(whole) <= _LONGEST_HEADLINE else whole[: _LONGEST_HEADLINE - 1] + "…"

    def description(self, incident: Incident) -> str:
        """Everything that helps to find the spot, a line each."""
        lines = [
            self.headline(incident),
            self.place(incident.spot),
            self.qualities[incident.spot.quality],
            self.old_fix if incident.spot.stale else "",
            *(
                self.pole.format(pole.label, round(pole.metres), self._towards(pole.bearing))
                for pole in incident.spot.poles
            ),
            self._light(incident),
            self.unit.format(incident.unit) if incident.unit else "",
            self.dispositions[incident.disposition] if incident.disposition else "",
            self.note.format(incident.report.note) if incident.report.note else "",
            self._seen(incident),
        ]
        return "\n".join(filter(None, lines))

    def instruction(self, incident: Incident) -> str:
        """What whoever goes there has to know first; may be empty."""
        facts = {
            self.drill: incident.drill,
            self.hides: incident.silent and incident.is_live,
            self.withdrawn: incident.withdrawn and incident.is_live,
            self.escalated: incident.escalation > 0 and incident.state == "open",
        }
        said = [words for words, is_so in facts.items() if is_so]
        return "\n".join(filter(None, [*said, incident.instructions]))

    def place(self, spot: Spot) -> str:
        """Where it is."""
        if spot.place is None:
            return self.nowhere
        accuracy = spot.place.accuracy_m
        circle = "" if accuracy is None else self.within.format(ceil(accuracy))
        whose = self.outside if spot.jurisdiction_how == "outside" else spot.jurisdiction
        degrees = f"{spot.place.lat:.5f}, {spot.place.lon:.5f}"
        return ", ".join(filter(None, (spot.address, spot.number, whose, circle))) or (degrees)

    def _light(self, incident: Incident) -> str:
        if incident.light_until is None or not incident.is_live:
            return ""
        return {"blink": self.blinking, "bright": self.bright}.get(incident.scene, "")

    def _seen(self, incident: Incident) -> str:
        words = incident.report.seen
        if words is None:
            return ""
        return self.seen.format(words.ko if self.language.startswith("ko") else words.en)

    def _towards(self, bearing: int) -> str:
        return self.compass[round(bearing / 45) % 8]


KOREAN: Final = Words(
    language="ko-KR",
    restriction="관제센터와 관할 경찰 전용: 개인 위치정보가 들어 있음",
    drill="훈련",
    kinds={"sos": "긴급신고(SOS)"},
    other_kind="긴급신고",
    states={
        "open": "접수",
        "acknowledged": "확인",
        "assigned": "배정",
        "en_route": "출동",
        "on_scene": "현장 도착",
        "closed": "종결",
    },
    dispositions={
        "genuine": "실제 상황으로 종결",
        "accidental": "오작동으로 종결",
        "false": "허위 신고로 종결",
        "test": "시험으로 종결",
        "duplicate": "중복 신고로 종결",
    },
    qualities={
        "good": "위치 양호",
        "rough": "위치가 대략적임",
        "poor": "위치가 부정확함",
        "unknown": "위치 오차를 알 수 없음",
        "none": "",
    },
    nowhere="위치 모름",
    outside="모든 관할 구역 밖(관제센터 담당)",
    within="반경 {} m 이내",
    old_fix="받았을 때 이미 오래된 위치임",
    pole="등주 {}: {} m, {}쪽",
    compass=("북", "북동", "동", "남동", "남", "남서", "서", "북서"),
    hides="신고자가 숨어 있습니다. 소리와 빛 없이 접근하십시오.",
    withdrawn="신고자 전화에서 취소를 요청했으나 아직 종결되지 않았습니다.",
    escalated="아직 아무도 확인하지 않았습니다.",
    blinking="주변 보안등이 점멸 중",
    bright="주변 보안등이 밝게 켜져 있음",
    note="신고 내용: {}",
    seen="시스템이 본 것: {}",
    unit="담당: {}",
)
ENGLISH: Final = Words(
    language="en-US",
    restriction="For the control room and the police in charge only: holds a person's position",
    drill="Drill",
    kinds={"sos": "Cry for help (SOS)"},
    other_kind="Cry for help",
    states={
        "open": "open",
        "acknowledged": "acknowledged",
        "assigned": "assigned",
        "en_route": "unit on its way",
        "on_scene": "unit on the scene",
        "closed": "closed",
    },
    dispositions={
        "genuine": "Closed as genuine",
        "accidental": "Closed as accidental",
        "false": "Closed as a false report",
        "test": "Closed as a test",
        "duplicate": "Closed as a duplicate",
    },
    qualities={
        "good": "The position is good",
        "rough": "The position is rough",
        "poor": "The position is poor",
        "unknown": "The position came without accuracy",
        "none": "",
    },
    nowhere="position unknown",
    outside="outside of every area (for the control centre)",
    within="within {} m",
    old_fix="The position was old when it came",
    pole="Pole {}: {} m to the {}",
    compass=("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"),
    hides="The caller is hiding: approach without sound or light.",
    withdrawn='The caller\'s phone said "false alarm", but nobody has closed the incident.',
    escalated="Nobody has acknowledged yet.",
    blinking="The street lights around are blinking",
    bright="The street lights around are bright",
    note="The caller's words: {}",
    seen="What the system saw: {}",
    unit="Given to: {}",
)
