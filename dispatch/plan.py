"""Come here for the numbers of a response, each with its unit and its reason."""

from dataclasses import dataclass, field
from datetime import timedelta

from dispatch.walk_plan import WalkPlan
from lights.choose import Reach
from lights.follow import Following
from lights.orders import Pace


@dataclass(frozen=True, slots=True)
class Ranks:
    """Who gets a lamp that several want: the higher number. Gaps leave room for new owners."""

    blink: int = 80
    """A place where nobody has arrived yet points the way: above everything else."""
    bright: int = 70
    """Light to work by, once somebody is there."""
    walk: int = 10
    """Light for whoever walks: below every incident, every drill and every operator."""
    drill_below: int = 40
    """A drill gives way to any real report: this is taken off its rank."""
    test: int = 20
    """The crew's test gives way to whoever calls and whoever practises it. Not to who walks home:
    theirs is light too, and a lamp that somebody else has would tell the crew where one walks."""


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """How many reports of one source are somebody's cries, and how many are a flood."""

    window: timedelta = timedelta(minutes=1)
    """As long as a caller needs to be called back, and short enough to be over soon."""
    marked_over: int = 10
    """A household or a café behind one address; more at once is worth a look."""
    group_for: timedelta = timedelta(minutes=10)
    """One of a flood is escalated for all; after this the next is: a true cry may be among them."""
    alone_after: timedelta = timedelta(minutes=5)
    """Whoever is still not acknowledged is then told of by itself: the first may have been taken
    back, or was nothing."""
    refused_over: int = 600
    """Ten a second: no crowd behind one address presses so; a tenth of what can be written."""
    again_after: timedelta = timedelta(seconds=3)
    """What is refused waits so long: a phone that nobody answered tries again by then."""
    turns: int = 300
    """In a window, for what comes again: five a second more, however many new ones come."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a district answers a cry for help."""

    reach: Reach = field(default_factory=Reach)
    pace: Pace = field(default_factory=Pace)
    ranks: Ranks = field(default_factory=Ranks)
    following: Following = field(default_factory=Following)
    walk: WalkPlan = field(default_factory=WalkPlan)
    patience: timedelta = timedelta(seconds=10)
    """A radio link answers in 1 to 10 s; a lamp that took longer is replaced."""
    louder_after: timedelta = timedelta(seconds=30)
    """Nobody has acknowledged: the first bell was missed, or nobody is there."""
    supervisor_after: timedelta = timedelta(seconds=60)
    """Mean arrival of a patrol is five minutes; a fifth of it may be lost at the desk, not more."""
    supervisor_again_every: timedelta = timedelta(minutes=5)
    """A patrol's mean way: whoever was told and could come would be there. Said again until
    somebody acknowledges; more often, and it is switched off."""
    reminded_after: timedelta = timedelta(minutes=3)
    """Acknowledged, and then nothing: whoever sets out later comes after the five minutes in which
    a patrol arrives. Enough for a call back and a look through the cameras."""
    light_for: timedelta = timedelta(hours=2)
    """No response takes longer; a forgotten incident must not light a street until morning."""
    untold_after: timedelta = timedelta(seconds=30)
    """As long as an unanswered bell: whoever is at the desk can telephone at once."""
    give_up_after: timedelta = timedelta(hours=8)
    """A shift. What it could not tell is on its list when it hands over; the same word by itself
    in the next night would only send people to a place where nobody is."""
    stale_after: timedelta = timedelta(minutes=2)
    """A person walks 150 m in this time: three times the circle that is lit."""
    good_within_m: float = 30.0
    """One or two doors: an officer who stands there can see and hear the caller."""
    rough_within_m: float = 200.0
    """A block: worth going to, then searching."""
    nearest_within_m: float = 3_000.0
    """A place in no jurisdiction goes to the nearest up to here: at 35 km/h a patrol comes 3 km in
    the five minutes that it takes on average. Further away others are nearer than any police of
    this district, and its control centre, which is told, finds out who."""
    same_within_m: float = 100.0
    """Two cries from one street..."""
    same_within: timedelta = timedelta(minutes=10)
    """...within the time of one event may be one event. Only people decide that."""
    same_shown: int = 5
    """A flood of reports is seen as such from five; more names would only hide the place."""
    flood: FloodLimits = field(default_factory=FloodLimits)
    """Of a phone's network address."""
    flood_of_app: FloodLimits = FloodLimits(marked_over=300, refused_over=6_000)
    """Of a city app's server, which speaks for a whole city."""
    kept_for: timedelta = timedelta(days=30)
    """A complaint or an investigation that wants the replay comes within a month of the end; after
    it positions and words have served their purpose, and are destroyed."""
    showings_kept_for: timedelta = timedelta(days=184)
    """Who was shown a place is kept for six months at least (위치정보법, art. 16(2)): these
    are the longest six months of a year, after the last time, also where the place is gone."""
    longest_hold: timedelta = timedelta(days=180)
    """Evidence is asked for again, with its reason, twice a year at least."""
    destroyed_alone_after: timedelta = timedelta(days=1)
    """Whoever took part in an incident and destroys it before its time waits so long, unless a
    second person does it: every shift has been at the desk, and could hold what is evidence."""
    one_time_for: timedelta | None = timedelta(days=7)
    """A password that somebody is given to choose their own lies on paper and in mails: whoever is
    new comes in within a week, or is given another one."""
    poles: int = 3
    """As many pole labels as an officer can be told in one breath."""
    poles_within_m: float = 150.0
    """A label further away than a voice carries does not help to find the spot."""
    moved_at_least_m: float = 8.0
    """Less than half a lamp's spacing: nobody moves, the fix does."""
    moved_every: timedelta = timedelta(seconds=2)
    """Nobody walks past half a lamp's spacing in it, and in a car the light reaches further."""
    fastest_m_s: float = 50.0
    """180 km/h: a car at night on an empty expressway."""
    leap_m: float = 500.0
    """What a phone is astray between high buildings or after a tunnel, and does not know; nearer
    than that the same neighbourhood is lit."""
    leap_after: timedelta = timedelta(seconds=10)
    """Two or three fixes of the usual phone: as long as a wrong one among them may last."""


DEFAULT = Plan()
