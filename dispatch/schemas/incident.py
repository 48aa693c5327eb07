"""Come here for the shapes of incidents, of the moves at them, and of their journal."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from dispatch.events import Disposition, SceneWish
from dispatch.fields import (
    Count,
    EventName,
    Faults,
    IncidentId,
    LampId,
    Metres,
    Moment,
    Move,
    Time,
    Words,
)
from dispatch.incident import State
from dispatch.schemas.common import PositionOut, Strict, WordsOut
from dispatch.spot import How


class PoleOut(BaseModel):
    """A pole near the place; bearing in degrees clockwise from north, towards the pole."""

    label: Annotated[str, Field(description="What is painted on it", examples=["쌍문-0041"])]
    metres: Metres
    bearing: Annotated[int, Field(ge=0, le=359, examples=[90])]


class PlaceOut(BaseModel):
    """A place in words; what is not known is null."""

    position: PositionOut | None
    fixed_at: Annotated[Time | None, Field(description="When the position was taken")]
    quality: Annotated[
        Literal["good", "rough", "poor", "unknown", "none"],
        Field(description="unknown: it came without accuracy; none: there is no position"),
    ]
    stale: Annotated[bool, Field(description="The position was old when it came")]
    number: Annotated[
        str | None,
        Field(
            pattern=r"^[가나다라마바사][가나다라마바사아] \d{4} \d{4}$",
            description="National point number (국가지점번호); null outside of Korea",
            examples=["다사 6012 6312"],
        ),
    ]
    address: Annotated[str | None, Field(examples=["서울특별시 도봉구 도봉동"])]
    jurisdiction: Annotated[str | None, Field(examples=["도봉경찰서 도봉1파출소"])]
    jurisdiction_how: Annotated[
        How | None,
        Field(
            description="nearest: the place is in none; outside: and far from all, so that the "
            "control centre answers for it; null: there are none, or there is no place"
        ),
    ]
    unit: Annotated[str | None, Field(description="Who answers for the jurisdiction")]
    poles: Annotated[list[PoleOut], Field(description="Nearest first")]


class CrumbOut(PositionOut):
    """Where a walker was, and when."""

    fixed_at: Time


class AskedLampOut(BaseModel):
    """A lamp that was asked to answer."""

    lamp_id: LampId
    metres: Metres
    reason: Annotated[str, Field(description="Why this lamp", examples=["within 50 m"])]
    asked: Annotated[SceneWish, Field(description="What the incident asks of it now")]
    seen: Annotated[bool, Field(description="Its last sighting shows what is claimed")]
    faults: Faults


class ShortfallOut(BaseModel):
    """What the light cannot do, for programs."""

    code: Literal["no_position", "no_lamps", "few_lamps", "silent"]
    asked: Count
    silent: Count
    within_m: Metres


class UntoldOut(BaseModel):
    """A target that has not taken what it was sent: somebody has to telephone."""

    target: Annotated[str, Field(examples=["unit:쌍문파출소"])]
    since: Time
    attempts: Count
    last_error: Annotated[str, Field(description="In words", examples=["no connection"])]


class HoldOut(BaseModel):
    """A hold as evidence."""

    until: Time
    reason: str


class IncidentOut(BaseModel):
    """An incident, wherever it appears."""

    incident_id: IncidentId
    kind: Annotated[str, Field(examples=["sos"])]
    state: State
    opened_at: Time
    updated_at: Time
    drill: Annotated[bool, Field(description="An exercise")]
    silent: Annotated[bool, Field(description="The caller hides: no blinking, no sound")]
    withdrawn: Annotated[
        bool, Field(description='Whoever holds the phone said "false alarm"; people decide')
    ]
    flood: Annotated[
        Count,
        Field(
            description="How many reports this one's source had sent within a minute, where those "
            "were more than a person sends; 0: not so many. People decide"
        ),
    ]
    flood_group: Annotated[
        str | None,
        Field(
            description="The same for all of one flood: they are shown as one, and only the first "
            "of them is escalated to others than the screens for five minutes; null: no flood"
        ),
    ]
    place: PlaceOut
    lamps: Annotated[list[AskedLampOut], Field(description="Nearest first")]
    shortfall: Annotated[
        str | None,
        Field(description="What the light cannot do, in words", examples=["7 of 10 silent"]),
    ]
    shortfall_detail: ShortfallOut | None
    scene: Annotated[SceneWish, Field(description="The light that the incident wants")]
    light_until: Annotated[Time | None, Field(description="Until when; null: it is over")]
    daylight: Annotated[bool, Field(description="Opened in daylight: blinking is hard to see")]
    escalation: Annotated[int, Field(ge=0, le=2, description="1: told again; 2: supervisor told")]
    reminders: Annotated[
        Count,
        Field(
            description="How often the desk was reminded that somebody has acknowledged, but "
            "nobody has set out; 0 again as soon as somebody does something about it"
        ),
    ]
    note: Annotated[str, Field(description="The caller's words")]
    seen: Annotated[
        WordsOut | None,
        Field(
            description="What the system saw where nobody called by themselves, such as on a walk"
        ),
    ]
    walk_id: str | None
    track: Annotated[
        list[CrumbOut],
        Field(description="The way until the cry, oldest first; empty unless a walk was watched"),
    ]
    unit: Annotated[str | None, Field(description="To whom it was given")]
    responding: Annotated[
        list[str],
        Field(
            description="Jurisdictions whose units were sent: they are shown it until it is "
            "closed or given to another, wherever the caller is"
        ),
    ]
    disposition: Annotated[Disposition | None, Field(description="How it ended")]
    untold: Annotated[list[UntoldOut], Field(description="Who could not be told until now")]
    possibly_same: Annotated[
        list[IncidentId], Field(description="Near in place and time; never merged by the machine")
    ]
    instructions: Annotated[str, Field(description="For the responders, from the desk")]
    linked: Annotated[
        list[IncidentId], Field(description="One event in the world, as a person has said")
    ]
    kept_until: Annotated[
        Time | None,
        Field(
            description="When place and words are destroyed, or, where a person had it erased, the "
            "words on why; null: it is open, or nothing is left"
        ),
    ]
    hold: Annotated[HoldOut | None, Field(description="Kept as evidence for longer")]
    erased_at: Annotated[
        Time | None, Field(description="When place and words were destroyed; null: they are kept")
    ]
    allowed: Annotated[list[Move], Field(description="The moves that are possible now")]


class IncidentsOut(BaseModel):
    """A page of incidents, newest first; `next` is the `after` of the following page."""

    incidents: list[IncidentOut]
    next: Annotated[IncidentId | None, Field(description="Null: this is the last page")]


class EntryOut(BaseModel):
    """A line of the journal."""

    seq: Annotated[int, Field(ge=1, description="The number of its frame in the feed")]
    at: Time
    event: EventName
    actor: Annotated[str, Field(description="Who made it happen", examples=["operator"])]
    reason: Annotated[str, Field(description="In the actor's words; may be empty")]
    detail: Annotated[
        dict[str, Any], Field(description="What more there is to the event", examples=[{}])
    ]


class LeftOutOut(BaseModel):
    """What somebody may not read yet."""

    what: list[Literal["lamps", "words", "places"]]
    until: Annotated[Literal["closed"], Field(description="Until the incident is closed")]


class JournalOut(BaseModel):
    """Everything that happened to an incident, in order."""

    entries: list[EntryOut]
    left_out: Annotated[
        LeftOutOut | None,
        Field(description="To an auditor, while somebody may still be in danger; else null"),
    ]


class IncidentFrameOut(BaseModel):
    """A frame of the feed, as the screens were told it."""

    type: Literal["incident"]
    seq: Annotated[int, Field(ge=1, description="The frame's number in the feed")]
    event: EventName
    at: Time
    incident: IncidentOut


class ReplayOut(BaseModel):
    """What the screens were told of an incident, in order; empty once the texts were let go."""

    frames: list[IncidentFrameOut]


class HoldIn(Strict):
    """Why everything about the incident is kept, and until when."""

    until: Annotated[Moment, Field(description="RFC 3339 with an offset")]
    text: Annotated[
        Words, Field(min_length=1, max_length=500, examples=["수사 협조 요청 2026-1123"])
    ]


class WordsIn(Strict):
    """Why, for the journal."""

    text: Annotated[Words, Field(min_length=1, max_length=500, examples=["본인 요청"])]


class AssignIn(Strict):
    """To whom the incident is given."""

    unit: Annotated[Words, Field(min_length=1, max_length=100, examples=["쌍문파출소 순21"])]


class NoteIn(Strict):
    """What somebody wrote down."""

    text: Annotated[Words, Field(min_length=1, max_length=2000, examples=["CCTV 3번에 보임"])]


class InstructIn(Strict):
    """What the responders have to mind, such as where the caller hides; empty takes it back."""

    text: Annotated[Words, Field(max_length=500, examples=["후문으로 조용히 접근"])]


class LinkIn(Strict):
    """The other incident."""

    incident_id: IncidentId


class SceneIn(Strict):
    """Which light the incident wants."""

    scene: SceneWish


class CloseIn(Strict):
    """How it ended."""

    disposition: Disposition
    text: Annotated[Words, Field(max_length=2000, description="Why, for the journal")] = ""
