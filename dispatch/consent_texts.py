"""Come here for the very words that walkers are asked to consent to, by version and by language.

Law: a text that was ever shown stays here; whose sense changes gets a new version.
"""

from collections.abc import Mapping
from typing import Final, Literal

Allows = Literal["guardian", "watched"]

TEXTS: Final[Mapping[str, Mapping[Allows, Mapping[str, str]]]] = {
    "2026-11": {
        "guardian": {
            "ko": "문제가 생기면 내 위치를 이 보호자에게 알리는 데 동의합니다.",
            "en": "If something goes wrong, my position may be shown to this guardian.",
            "zh": "我同意在出问题时把我的位置告诉这位监护人。",
            "vi": "Khi có chuyện, tôi đồng ý cho người này biết vị trí của tôi.",
        },
        "watched": {
            "ko": (
                "집에 도착할 때까지 관제센터가, 그리고 위에서 동의한 보호자가 "
                "내 위치를 지켜보는 데 동의합니다."
            ),
            "en": (
                "The control centre, and the guardian I agreed to above, may watch my position "
                "all the way home."
            ),
            "zh": "我同意控制中心以及上面我同意的监护人在我回家途中一直查看我的位置。",
            "vi": (
                "Tôi đồng ý cho trung tâm, và người thân tôi đã cho phép ở trên, "
                "xem vị trí của tôi suốt đường về."
            ),
        },
    }
}
"""As the phone page shows them beside its ticks."""


def words_of(version: str, allows: Allows, language: str) -> str:
    """The text of ours in a language such as `ko` or `ko-KR`; empty: it is none of ours."""
    primary = language.partition("-")[0].lower()
    return TEXTS.get(version, {}).get(allows, {}).get(primary, "")
