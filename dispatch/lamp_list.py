"""Come here for lists of lamps as GeoJSON and as CSV, encoded lamp by lamp.

A list is a function of the lamps that it goes through; where one is passed over, an empty piece
stands for it, so that whoever sends the list can pause there too.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta, timezone
from typing import Final, Literal, TypeAlias

import orjson

from dispatch.view import lamp_json
from lights.health import Condition, Health
from lights.lamp import Lamp
from lights.tables import BYTE_ORDER_MARK, row_bytes
from lights.watch import View

Language: TypeAlias = Literal["en", "ko"]
Look: TypeAlias = Callable[[str], tuple[View, Health, int]]
"""Of a lamp: what it shows, how it is, and about how often walks came by."""

_DISTRICT_ZONE: Final = timezone(timedelta(hours=9))
"""Korea has no summer time; whoever opens the file reads the street's own hour."""

_HEADER: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "lamp_id",
        "label",
        "address",
        "lat",
        "lon",
        "status",
        "last heard (KST)",
        "silent since (KST)",
        "faults",
        "faulty since (KST)",
        "needs a ladder",
        "walks came by",
    ),
    "ko": (
        "제어기번호",
        "보안등위치명",
        "소재지도로명주소",
        "위도",
        "경도",
        "상태",
        "마지막 수신",
        "무응답 시작",
        "고장",
        "고장 시작",
        "현장 출동 사유",
        "안심귀가 통행",
    ),
}
"""Korean names are those of the public data set, so that the file can be imported or retired."""

_WORDS: Final[dict[str, str]] = {
    "online": "연결",
    "silent": "무응답",
    "unknown": "상태 모름",
    "lamp_failure": "등 고장",
    "dimming_failure": "밝기 조절 고장",
    "supply_loss": "전원 없음",
    "high_temperature": "과열",
    "day_burning": "주간 점등",
    "clock_unset": "시계 미설정",
}


def geojson_pieces(
    lamps: Iterator[Lamp], look: Look, wanted: Collection[Condition], limit: int | None
) -> Iterator[bytes]:
    """A FeatureCollection; its member `next` is the last lamp's id where more would follow."""
    given, last, following = 0, None, None
    yield b'{"type":"FeatureCollection","features":['
    for lamp in lamps:
        view, health, walked = look(lamp.lamp_id)
        if wanted and not health.is_one_of(wanted):
            yield b""
            continue
        if given == limit:
            following = last
            break
        yield (b"," if given else b"") + orjson.dumps(lamp_json(lamp, view, health, walked))
        given, last = given + 1, lamp.lamp_id
    yield b'],"next":' + orjson.dumps(following) + b"}"


def csv_pieces(
    lamps: Iterator[Lamp], look: Look, wanted: Collection[Condition], language: Language
) -> Iterator[bytes]:
    """A file that spreadsheets open; times are the district's."""
    yield BYTE_ORDER_MARK + row_bytes(_HEADER[language])
    for lamp in lamps:
        _, health, walked = look(lamp.lamp_id)
        passed = wanted and not health.is_one_of(wanted)
        yield b"" if passed else row_bytes((*_cells(lamp, health, language), walked))


def _cells(lamp: Lamp, health: Health, language: Language) -> tuple[object, ...]:
    def words(names: Collection[str]) -> str:
        return ", ".join(_WORDS[name] if language == "ko" else name for name in names)

    return (
        lamp.lamp_id,
        lamp.label,
        lamp.address,
        lamp.lat,
        lamp.lon,
        words([health.status]),
        _hour(health.seen_at),
        _hour(health.silent_since),
        words(health.faults),
        _hour(health.faults_since),
        words(health.ladder),
    )


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(_DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}" if moment else ""
