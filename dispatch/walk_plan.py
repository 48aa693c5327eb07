"""Come here for the numbers of a watched walk home, each with its unit and its reason."""

from dataclasses import dataclass
from datetime import timedelta

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WalkPlan:
    """When a walker is asked, and what happens when nobody answers."""

    # ---- what is asked, and how long an answer is waited for
    ask_for: timedelta = 60 * _SECOND
    """Out of a pocket or a bag, unlocked, read and pressed; the guardian is told after this."""
    guardian_for: timedelta = 120 * _SECOND
    """A guardian needs time for one call. Together three minutes: half of a patrol's way. It is not
    waited where no guardian can be told."""
    calm_for: timedelta = 10 * _MINUTE
    """Whoever has just said "I am fine" is not asked again about the same thing for this long."""
    wrong_pins: int = 5
    """Fingers in the cold err twice or three times; who errs five times is guessing."""

    # ---- each sign, and when it is enough by itself
    overdue_least: timedelta = 5 * _MINUTE
    """A chat at the corner, a red light: nobody is late by less..."""
    overdue_share: float = 0.25
    """...and who expected an hour has guessed more roughly than who expected ten minutes."""
    off_route_m: float = 60.0
    """Beyond the accuracy of the fix. The other pavement and the next alley are on the route."""
    off_route_for: timedelta = 2 * _MINUTE
    """160 m on foot: a detour to a shop is over, or has become another way."""
    away_m: float = 150.0
    """Further from home than one has surely been. Streets bend, but seldom two blocks back."""
    away_for: timedelta = 2 * _MINUTE
    """As off the route; in 2,000 simulated walks of normal people neither ever asked in vain."""
    still_within_m: float = 25.0
    """Beyond the accuracy of the fix: the fixes of somebody who stands wander this far."""
    still_lonely_for: timedelta = 4 * _MINUTE
    """Where nobody lives there is no shop, no bus stop and no door to stand at."""
    still_for: timedelta = 12 * _MINUTE
    """Elsewhere people wait and talk: never enough by itself, but it counts beside other signs."""
    lonely_m: float = 60.0
    """No lamp of ours this near. Lamps stand 15 to 25 m apart wherever people live."""
    silent_after: timedelta = 4 * _MINUTE
    """Fixes come every few seconds; a lift, an underpass or a platform takes two or three."""
    unheard_after: timedelta = 90 * _SECOND
    """Of one phone it says nothing; of most at once, that a network of ours is down: early enough
    to see it before the silence of each becomes an incident. Batches come every 15 s."""
    battery_dying: int = 3
    """Percent. Some minutes of screen and radio: the last moment at which one can be asked."""
    battery_low: int = 8
    """Percent. No reason to ask, but it makes every other sign graver."""
    farewell_for: timedelta = 30 * _MINUTE
    """Whoever has said that the battery dies is not missed for this long: most ways home are over
    by then. After it a silence is a silence, and help for whom it hides is not an hour late."""
    together: float = 0.6
    """Two signs that are this near to being enough, ask together."""

    # ---- guardians
    letters_most: int = 6
    """Of trouble, to one telephone in a window: three walks that go wrong write as many (late,
    alarmed), and whoever has been told six times in an hour that somebody needs them knows it.
    More is a telephone that others use against its owner. As many that all is well again."""
    letters_window: timedelta = 60 * _MINUTE
    """As long as a walk and its trouble."""

    # ---- fixes
    usable_m: float = 100.0
    """A worse fix says in which quarter somebody is, not where they walk."""
    assumed_m: float = 30.0
    """The accuracy of a fix that came without: the worse half of phones between houses."""

    # ---- how it ends
    arrived_within_m: float = 30.0
    """The door of a block of flats lies this far from the point that maps give it."""
    arrived_after: timedelta = 75 * _SECOND
    """At the least: who walks past at 0.8 m/s, the slowest of those who walk alone, is within for
    so long by fixes that are right."""
    walks_at_least: float = 1.0
    """Metres a second. Women of 20 to 29 walk 1.34 on average, those above 80 0.94. Who is at the
    door for longer than passing it takes at this pace, every fix as wrong as it admits, stays."""
    pause_longest: timedelta = 60 * _MINUTE
    """A meal. A pause that nobody ends is over by itself, and then silence counts again."""
    longest: timedelta = timedelta(hours=12)
    """A walk that is extended beyond a night has been forgotten: it cannot be extended further."""
    away_least: timedelta = 10 * _MINUTE
    """A process that comes back after longer than this counts on from where the last one was: too
    long for a restart, or the clock was set. What is shorter, a walker can be asked about."""
    link_for: timedelta = 60 * _MINUTE
    """A guardian may still see that all went well; then the link and the walk's row are gone."""
    consents_kept_for: timedelta = timedelta(days=184)
    """What was allowed is asked about for as long as who was shown a place can be read."""
    forgotten_known_for: timedelta = timedelta(days=184)
    """As long: whoever asks for their log may ask with the same id whether all else is gone."""


DEFAULT = WalkPlan()
