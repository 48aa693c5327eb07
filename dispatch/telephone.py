"""Come here for what a telephone number is, as people in Korea type it.

Law: a number is passed on as it was typed; what could never ring is refused where it is typed.
"""

import re
from typing import Final

_GAP: Final = "[ ).-]?"
"""As people part the digits: 010-1234-5678, 010 1234 5678, 02)123-4567."""
_AREAS: Final = "2|3[1-3]|4[1-4]|5[1-5]|6[1-4]"
"""Landlines: Seoul, the provinces and the other cities."""
_MOBILES: Final = "1[016789]"
_OTHERS: Final = "70|50[2-8]"
"""Over the internet, and the numbers that hide another (안심번호)."""
PATTERN: Final = (
    rf"^(0({_AREAS}|{_MOBILES}|{_OTHERS}){_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}"
    rf"|\+[1-9]({_GAP}[0-9]){{7,14}})$"
)
"""Korean ones with their area code, and E.164 of anywhere: + and 8 to 15 digits."""
_NUMBER: Final = re.compile(PATTERN)


def as_dialled(typed: str) -> str:
    """The digits that ring one telephone, however they were typed: +82 10... is 010..."""
    digits = re.sub(r"[^0-9]", "", typed)
    if not typed.startswith("+"):
        return digits
    return f"0{digits[2:].lstrip('0')}" if digits.startswith("82") else f"+{digits}"


def must_be_a_number(typed: str) -> str:
    """The same; raises ValueError with words that help."""
    if _NUMBER.fullmatch(typed) is None:
        raise ValueError(
            "must be a telephone number, as in 010-1234-5678, 02-123-4567 or +82 10 1234 5678"
        )
    return typed
