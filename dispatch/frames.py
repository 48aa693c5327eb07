"""Come here for what a frame of the feed says to screens of one jurisdiction."""

from collections.abc import Collection

import orjson

from dispatch.responding import jurisdictions_told

Frame = tuple[int | None, str]
"""An incident frame has its number; lamps and ticks have none."""


def told_to(jurisdiction: str | None, frame: Frame) -> Frame:
    """A frame as one screen may know it; None watches the whole district."""
    return frame if jurisdiction is None else told_elsewhere(frame, {jurisdiction})[jurisdiction]


def told_elsewhere(frame: Frame, jurisdictions: Collection[str]) -> dict[str | None, Frame]:
    """A frame as each of these jurisdictions may know it: whole only to those whom it concerns."""
    seq, text = frame
    if seq is None or not jurisdictions:
        return dict.fromkeys(jurisdictions, frame)
    told = orjson.loads(text)
    incident = told["incident"]
    body = {"type": "elsewhere", "seq": seq, "incident_id": incident["incident_id"]}
    elsewhere = (seq, orjson.dumps(body).decode())
    whose = jurisdictions_told(incident, told["event"])
    return {name: frame if name in whose else elsewhere for name in jurisdictions}
