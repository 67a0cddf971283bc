"""What a yearly survey may say (RET-07, decisioning.md 4.4). Pure; time is an argument. What was not answered is None, never average."""

from dataclasses import dataclass
from datetime import date, timedelta

from guanxi.ground.refusals import Refused, gettext_noop

MOST = 10  # each question is answered from 0 to 10
MOST_FIRMS = 20
# One survey in so many days; and so long an answer tells what somebody thinks [j].
BETWEEN, TELLS = timedelta(days=365), timedelta(days=730)
SCORED = ("value", "quality", "satisfaction", "recommend")

_NO_SCORE = gettext_noop("Each answer is a whole number from 0 to 10; empty is not answered.")
_NO_PLACE = gettext_noop(
    "Our place among the firms that somebody uses: a whole number from 1 to how many there are, at most 20."
)
_NOTHING = gettext_noop("Nothing was answered: there is nothing to note.")
_ANSWERED = gettext_noop("Somebody either answered or did not: take the answers out, or the tick.")
_FUTURE = gettext_noop("This day is in the future.")
_TOO_SOON = gettext_noop(
    "Asked on {day} already: once a year is enough. If that was noted in error, take it back first."
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a customer answered on a day, 0 … 10: value for money, quality, satisfaction, whether he would recommend us; and our
    place (`rank`, from 1) among so many firms (`among`) that he uses for this.
    """

    asked_on: date
    value: int | None = None
    quality: int | None = None
    satisfaction: int | None = None
    recommend: int | None = None
    rank: int | None = None
    among: int | None = None


def checked_survey(survey: Survey, *, today: date, others: list[date], is_unanswered: bool = False) -> Survey:
    """A survey as it may be noted. others: days of the customer's other surveys; is_unanswered: who was asked did not want to answer,
    which is worth noting, for then nobody asks again that year. Raises Refused.
    """
    scores = [getattr(survey, name) for name in SCORED]
    if any(score is not None and not 0 <= score <= MOST for score in scores):
        raise Refused("surveys.no_score", _NO_SCORE)
    place = (survey.rank, survey.among)
    if place != (None, None) and (None in place or not 1 <= (survey.rank or 0) <= (survey.among or 0) <= MOST_FIRMS):
        raise Refused("surveys.no_place", _NO_PLACE)
    is_empty = all(score is None for score in scores) and survey.rank is None
    if is_unanswered and not is_empty:
        raise Refused("surveys.answered", _ANSWERED)
    if is_empty and not is_unanswered:
        raise Refused("surveys.nothing", _NOTHING)
    if survey.asked_on > today:
        raise Refused("surveys.in_future", _FUTURE)
    near = [day for day in others if abs(day - survey.asked_on) < BETWEEN]
    if near:
        raise Refused("surveys.too_soon", _TOO_SOON, day=max(near).isoformat())
    return survey
