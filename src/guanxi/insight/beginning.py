"""Five questions with which a firm begins: each answer is a few thresholds, so the defaults follow the house. A page for
people, like thresholds: the web shows it without loading the engines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.services import set_threshold
from guanxi.insight.thresholds import THRESHOLDS

_UNKNOWN = gettext_noop("That is no answer to this question.")


@dataclass(frozen=True)
class Answer:
    """One answer: what it sets other than the defaults. Names that other answers of the question set return to theirs."""

    name: str
    label: str | Promise
    sets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class StartQuestion:
    """One question, why it is asked, and its answers."""

    name: str
    label: str | Promise
    why: str | Promise
    answers: tuple[Answer, ...]

    @property
    def touches(self) -> frozenset[str]:
        """The thresholds that an answer of this question decides."""
        return frozenset(name for answer in self.answers for name in answer.sets)

    def answered(self, own: Mapping[str, float]) -> str:
        """The answer by which the firm's thresholds stand now; "" where somebody has set them one by one."""
        now = {name: own.get(name, THRESHOLDS[name].default) for name in self.touches}
        fitting = (one.name for one in self.answers if now == self._meant(one))
        return next(fitting, "")

    def _meant(self, answer: Answer) -> dict[str, float]:
        return {name: answer.sets.get(name, THRESHOLDS[name].default) for name in self.touches}


QUESTIONS = (
    StartQuestion(
        "house",
        _("What is your house?"),
        _(
            "Decides by what customers rank, from which spending on a fall is worth a word, and after which absence "
            "somebody is lost."
        ),
        (
            Answer("bank", _("A bank")),
            Answer(
                "insurer",
                _("An insurer"),
                {"value.basis": 3, "inactivity.lapse_days": 400, "decisions.renewal_days": 45},
            ),
            Answer(
                "shop",
                _("A shop"),
                {
                    "value.basis": 2,
                    "spend_drop.min_usual": 200,
                    "spend_drop.alarm_stake": 100,
                    "inactivity.lapse_days": 120,
                },
            ),
            Answer(
                "service",
                _("A garage, a salon, a service"),
                {
                    "value.basis": 2,
                    "spend_drop.min_usual": 300,
                    "spend_drop.alarm_stake": 150,
                    "inactivity.lapse_days": 365,
                },
            ),
        ),
    ),
    StartQuestion(
        "capacity",
        _("How many customers can one of you speak to in a day?"),
        _("The list of the day is no longer than that."),
        (
            Answer("few", "10", {"decisions.capacity": 10}),
            Answer("usual", "20"),
            Answer("many", "30", {"decisions.capacity": 30}),
        ),
    ),
    StartQuestion(
        "best",
        _("How many of a hundred customers are your best?"),
        _("They are tier A: called first, shown first."),
        (
            Answer("few", "10", {"tiers.share_a": 0.10}),
            Answer("usual", "20"),
            Answer("many", "30", {"tiers.share_a": 0.30}),
        ),
    ),
    StartQuestion(
        "haste",
        _("When something is wrong with a best customer: how soon do you call?"),
        _("The due day of an alarm in tier A, in business days."),
        (
            Answer("today", _("the same day"), {"decisions.due_days_a": 0}),
            Answer("usual", _("the next day")),
            Answer("week", _("within three days"), {"decisions.due_days_a": 3}),
        ),
    ),
    StartQuestion(
        "peace",
        _("How long is a customer left in peace after a contact?"),
        _("Nobody is proposed again before, but for what was promised."),
        (
            Answer("short", _("a week"), {"decisions.rest_days": 7}),
            Answer("usual", _("two weeks")),
            Answer("long", _("a month"), {"decisions.rest_days": 30}),
        ),
    ),
)


@transaction.atomic
def answer_questions(answers: Mapping[str, str], *, by: Principal) -> None:
    """Set what the answers mean (question → answer; what is not named, or "", is skipped), each threshold with its own
    act in the journal. Counts from the next refresh on.

    Raises Denied, and Refused (insight.unknown_answer) for an answer that is not offered.
    """
    require(by, Permission.ADMINISTER)
    for question in QUESTIONS:
        wanted = answers.get(question.name, "")
        if not wanted:
            continue
        chosen = next((one for one in question.answers if one.name == wanted), None)
        if chosen is None:
            raise Refused("insight.unknown_answer", _UNKNOWN)
        for name in sorted(question.touches):
            set_threshold(name, chosen.sets.get(name), by=by)
