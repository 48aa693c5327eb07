"""That the crew's page knows in Korean every reason for which a row of a file is refused."""

import re
from pathlib import Path
from typing import get_args

from lights.sieve import Rule
from tests.lights.files import LAMP, read

_PAGE = Path(__file__).parents[2] / "control_room_ui" / "src" / "crew_reasons.ts"


def known_reasons() -> list[re.Pattern[str]]:
    """What the page matches, as it is written there."""
    return [re.compile(said) for said in re.findall(r"/(\^.*\$)/,", _PAGE.read_text("utf-8"))]


def test_no_reason_for_refusing_a_row_is_left_in_english() -> None:
    far = LAMP | {"위도": "35.1", "경도": "129.0"}
    fellows = [LAMP | {"위도": f"37.65{number:04d}"} for number in range(60)]
    crowd = [LAMP | {"보안등위치명": f"등 {number}"} for number in range(300)]
    wrong = [
        LAMP | {"위도": "", "경도": ""},
        LAMP | {"위도": ""},
        LAMP | {"경도": "-"},
        LAMP | {"위도": "북위 37"},
        LAMP | {"위도": "1952000.5", "경도": "958000.5"},
        LAMP | {"위도": "48.1", "경도": "11.5"},
        LAMP | {"보안등위치명": "깨진 \ufffd"},
        LAMP,
        LAMP,
        far,
    ]
    found = read(*fellows, *crowd, *wrong).rejected
    reasons = {one.reason for one in found}
    assert {one.rule for one in found} >= {
        *("no_coordinate", "not_a_number", "outside_korea"),
        *("duplicate_row", "dummy_point", "far_from_fellows"),
    }
    reasons |= {
        "12 cells under 11 columns: an address with a bare comma?",
        "9 cells under 11 columns: some are missing",
        "lamp id 'L 1': 1 to 64 of A-Z, a-z, 0-9, _ and - are needed",
        "lamp id L1 stands in 2 rows: which one is it?",
    }
    patterns = known_reasons()
    assert len(patterns) > len(get_args(Rule))
    unknown = [said for said in reasons if not any(one.search(said) for one in patterns)]
    assert unknown == []
