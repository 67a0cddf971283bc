"""What the customer is told in writing of a flag: what was counted or found, what follows and what does not, until when, and what
one can do. `WORDING` names this version of the words and is kept with each notice.
"""

from django.utils.translation import gettext as _

from guanxi.record.signals.wording import claims_in_words, day_in_words
from guanxi.rescue.abuse.choices import ReviewKind, Told
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.credit.rules import APPEAL_DAYS

WORDING = "2026-11"


def notice(review: AbuseReview, about: Told, *, head: str, foot: str) -> str:
    """The whole notice between its head and its foot, paragraphs parted by an empty line."""
    parts = {Told.FLAG: _flag, Told.UPHELD: _upheld, Told.OVERTURNED: _overturned}[about](review)
    return "\n\n".join([head, _("About a review of your orders and claims"), *parts, foot])


def reason(review: AbuseReview) -> str:
    """What was counted, or found in a person's words; "" once the review was emptied."""
    if review.kind == ReviewKind.FRAUD:
        return review.found
    if "figures" not in review.evidence:
        return ""
    return claims_in_words(review.evidence["figures"], review.evidence["given"], review.evidence["to"])


def _flag(review: AbuseReview) -> list[str]:
    return [
        _("Two people of our house have looked at your orders and claims, one after the other, and have set a flag."),
        "\n".join([_("The reasons:"), reason(review), review.why]),
        _follows(review),
        _(
            "If you do not agree, you may appeal within {days} days from the day this reaches you: in writing, by telephone or at "
            "the counter. A third person looks at it. Tell us what we do not know, for instance that the goods came broken."
        ).format(days=APPEAL_DAYS),
        _("You can speak with a person: {contact}.").format(contact=review.contact),
    ]


def _upheld(review: AbuseReview) -> list[str]:
    return [
        _("A third person of our house has looked at your appeal. The flag stays."),
        "\n".join([_("The reasons:"), review.appeal_why]),
        _follows(review),
    ]


def _overturned(review: AbuseReview) -> list[str]:
    return [
        _("A third person of our house has looked at your appeal. The flag is taken back as if it had never been set."),
        "\n".join([_("The reasons:"), review.appeal_why]),
    ]


def _follows(review: AbuseReview) -> str:
    words = _(
        "What follows: until {day} we send you no advertising and no offers. Your contracts, your accounts and our service "
        "stay as they are, and each of your claims is looked at on its own. After that day the flag is over by itself."
    )
    return words.format(day=day_in_words(review.expires_on)) if review.expires_on else ""
