"""Come here for the shapes of a watched walk home: for its phone and its guardians."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from dispatch.fields import Count, Moment, Step, Time, Words
from dispatch.schemas.common import Lenient, PhoneSecret, Position, PositionOut, WordsOut
from dispatch.schemas.consent import ConsentLanguage, ConsentText, ConsentVersion, GuardianIn
from dispatch.schemas.report import Fix
from dispatch.walk import Agreed, State
from dispatch.walk_events import Signal
from lights.darkness import Reason

Pin = Annotated[
    str,
    Field(pattern=r"^[0-9]{4,8}$", description="4 to 8 digits", examples=["4821"]),
]
OwnPin = Annotated[
    Pin | None,
    Field(description="Where the walk has one: the PIN, or the duress PIN, which looks the same"),
]
Minutes = Annotated[float, Field(gt=0, le=720, description="Minutes", examples=[25])]

# ---- from the phone


class WalkIn(Lenient):
    """A walk home begins."""

    walk_id: Annotated[
        UUID,
        Field(
            description="Made by the phone; the same again is the same walk",
            examples=["0b6ad2c4-9f0c-4a52-8a51-6a1d33fb2f10"],
        ),
    ]
    expected_minutes: Minutes
    name: Annotated[Words, Field(max_length=100, description="What guardians call the walker")] = ""
    destination: Annotated[
        Position | None, Field(description="Missing: the end of the route, or not told")
    ] = None
    route: Annotated[
        list[Position] | None,
        Field(min_length=2, max_length=500, description="A line that the walker means to follow"),
    ] = None
    guardians: Annotated[tuple[GuardianIn, ...], Field(max_length=5)] = ()
    pin: Annotated[Pin | None, Field(description="Asked for whenever something is called off")] = (
        None
    )
    duress_pin: Annotated[
        Pin | None, Field(description="Looks like the PIN, and calls for help silently")
    ] = None
    watched: Annotated[
        bool, Field(description="The walker asks to be seen all the way, not only when in trouble")
    ] = False
    watched_consent_version: ConsentVersion = ""
    watched_consent_language: ConsentLanguage = ""
    watched_consent_text: ConsentText = ""
    phone_secret: PhoneSecret = None

    @property
    def watch_agreed(self) -> Agreed:
        """What was consented to by whoever is watched."""
        version, language = self.watched_consent_version, self.watched_consent_language
        return Agreed(version, language, self.watched_consent_text)

    @model_validator(mode="after")
    def _pins_differ(self) -> "WalkIn":
        if self.duress_pin is not None and self.pin is None:
            raise ValueError("duress_pin needs a pin beside it")
        if self.pin is not None and self.pin == self.duress_pin:
            raise ValueError("duress_pin must differ from pin")
        return self


class WalkPositionsIn(Lenient):
    """Where the phone has been since; in any order, again, late."""

    positions: Annotated[
        list[Fix],
        Field(max_length=1000, description="May be empty: the phone only says that it is there"),
    ]
    battery: Annotated[int | None, Field(ge=0, le=100, description="Percent")] = None
    sent_at: Annotated[
        Moment | None,
        Field(description="Now, by the phone's clock: then its clock need not be right"),
    ] = None


class WithPin(Lenient):
    """Something that calls a worry off."""

    pin: OwnPin = None


class AnswerIn(WithPin):
    """ "Are you all right?" `help` needs no PIN."""

    answer: Literal["fine", "help"]


class PauseIn(WithPin):
    """The walker stays somewhere for a while."""

    minutes: Minutes = 30


class ExtendIn(WithPin):
    """It will take longer."""

    minutes: Minutes


class ConsentWithdrawIn(WithPin):
    """A guardian may not see the position any more; or the walk is watched no longer."""

    allows: Annotated[
        Literal["guardian", "watched"],
        Field(
            description="Which consent is taken back. `watched`: from now on nobody is shown where "
            "the walker is while all is well; light, questions and help go on, and guardians keep "
            "what they may see in need"
        ),
    ] = "guardian"
    guardian: Annotated[
        int | None,
        Field(ge=1, le=5, description="Which of `guardians`, from 1; missing: all", examples=[1]),
    ] = None

    @model_validator(mode="after")
    def _names_one_consent(self) -> "ConsentWithdrawIn":
        if self.allows == "watched" and self.guardian is not None:
            raise ValueError("guardian belongs to the consent `guardian` alone: leave it out")
        return self


# ---- to the phone


class QuestionOut(BaseModel):
    """A question that the phone asks with sound and vibration until it is answered."""

    asked_at: Time
    why: list[Signal]
    guardian_at: Annotated[
        Time | None,
        Field(description="When guardians are written to; null: none can be told, none is awaited"),
    ]
    help_at: Annotated[Time, Field(description="When it becomes an incident")]
    guardian_told: Annotated[bool, Field(description="Their gateway has taken the letter")]
    words: WordsOut


class OwnReportOut(BaseModel):
    """The report that the walk has become: read it as any other of this phone."""

    report_id: UUID
    reporter_token: str


class DarkOut(BaseModel):
    """Where the light ends on the way ahead, as far as lamps tell."""

    metres: Annotated[Count, Field(description="0: here")]
    reason: Reason
    words: WordsOut


class WalkStateOut(BaseModel):
    """What the phone must show. Count down from `at`, not from the phone's own clock."""

    walk_id: UUID
    state: State
    at: Annotated[Time, Field(description="Now, by our clock")]
    due_at: Annotated[
        Time, Field(description="When the walker is expected; in a pause, if that lasts to its end")
    ]
    paused_until: Annotated[
        Time | None, Field(description="When a pause ends by itself; null: it is none")
    ]
    question: QuestionOut | None
    said_fine: Annotated[
        bool, Field(description="Help was called, and the walker has said that all is well")
    ]
    report: OwnReportOut | None
    words: WordsOut
    dark_ahead: Annotated[
        DarkOut | None, Field(description="Null: the way ahead is lit, as far as one can tell")
    ]
    daylight: Annotated[bool, Field(description="The sun is up: no lamp is lit for walkers")]
    needs_pin: bool
    watched: bool
    possible: Annotated[list[Step], Field(description="What the walker can do now")]


class GuardianLinkOut(BaseModel):
    """A guardian's link, for the phone to send."""

    name: str
    consent: bool
    link: Annotated[
        str,
        Field(
            description="The page to send; whole where LAMPLIGHTER_PUBLIC_URL is set. What stands "
            "behind its # is for `Authorization: Bearer` of GET /v1/walks/shared",
            examples=["/guardian#zK3v0p1Yb0cJq5o0q1m8wq2v7c9T4i6dXh2E8fUuV3s"],
        ),
    ]
    expires_at: Annotated[Time, Field(description="At the latest; earlier when the walk is over")]
    can_be_told: Annotated[
        bool, Field(description="The district reaches this contact by itself, as things are now")
    ]


class WalkOut(WalkStateOut):
    """The walk has been written down."""

    walker_token: Annotated[
        str,
        Field(
            description="For `Authorization: Bearer`; keep it secret, it is for this walk only",
            examples=["zK3v0p1Yb0cJq5o0q1m8wq2v7c9T4i6dXh2E8fUuV3s"],
        ),
    ]
    guardians: list[GuardianLinkOut]


# ---- to a guardian


class CauseOut(BaseModel):
    """What the machine saw. `value`: seconds, or of the battery percent."""

    signal: Signal
    value: int
    words: WordsOut


class SharedPlaceOut(BaseModel):
    """A place in words."""

    address: Annotated[str | None, Field(examples=["서울특별시 도봉구 쌍문동"])]
    number: Annotated[str | None, Field(description="국가지점번호", examples=["다사 6012 6312"])]
    pole: Annotated[str | None, Field(description="What is painted on the nearest pole")]


class SharedWalkOut(BaseModel):
    """What a guardian's link shows; no position but in need, and with consent."""

    name: str
    state: Literal["walking", "paused", "late", "alarmed", "arrived", "ended"]
    at: Annotated[Time, Field(description="Now, by our clock")]
    started_at: Time
    due_at: Time
    words: WordsOut
    why: Annotated[list[CauseOut], Field(description="What has gone wrong, the gravest first")]
    consent: Annotated[bool, Field(description="Whether this guardian may see where, in need")]
    position: PositionOut | None
    fixed_at: Time | None
    place: SharedPlaceOut | None
    expires_at: Annotated[Time, Field(description="When this link stops working, at the latest")]
