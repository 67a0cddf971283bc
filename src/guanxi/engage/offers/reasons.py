"""Why somebody does not get an offer: every reason code of decisions in words, once, for one customer as for a count of many.

The codes stand in the order of the gates (decisioning.md 3.1): lawful, allowed, sensible, worth it. A rule of an offer may
carry a code of its own; it is then told as the firm wrote it.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


class Gate(IntEnum):
    """The gates in their order; `COMPARED` is none: who is kept aside shows what all of it brings."""

    LAWFUL = 1
    COMPARED = 2
    ALLOWED = 3
    SENSIBLE = 4
    WORTH = 5


GATES: dict[Gate, str | Promise] = {
    Gate.LAWFUL: pgettext_lazy("gate", "Not wanted by the customer"),
    Gate.COMPARED: pgettext_lazy("gate", "Kept aside to compare"),
    Gate.ALLOWED: pgettext_lazy("gate", "Not for them"),
    Gate.SENSIBLE: pgettext_lazy("gate", "Not now"),
    Gate.WORTH: pgettext_lazy("gate", "Not worth it, or no room"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One code: at which gate it stands, and its words, which speak of one customer or of many alike."""

    gate: Gate
    words: str | Promise


_KNOWN: dict[str, Reason] = {
    code: Reason(gate, words)
    for gate, code, words in (
        (Gate.LAWFUL, "not_profiled", gettext_lazy("Wants no advice from own data")),
        (Gate.LAWFUL, "no_consent", gettext_lazy("Has not agreed to be contacted this way")),
        (Gate.LAWFUL, "no_partner_consent", gettext_lazy("Has not agreed to offers of this partner this way")),
        (Gate.COMPARED, "held_out", gettext_lazy("Gets no offers this year, to show what offers bring")),
        (Gate.COMPARED, "control", gettext_lazy("Kept as a control of this offer")),
        (Gate.ALLOWED, "win_back_list", gettext_lazy("Weighed on the win-back list alone")),
        (Gate.ALLOWED, "lost", gettext_lazy("Is lost: the win-back list weighs what is worth offering")),
        (Gate.ALLOWED, "not_eligible", gettext_lazy("May not have it")),
        (Gate.ALLOWED, "not_applicable", gettext_lazy("Not concerned by it")),
        (Gate.ALLOWED, "has_it", gettext_lazy("Has it already")),
        (Gate.ALLOWED, "not_suitable", gettext_lazy("Not the right thing for them")),
        (Gate.ALLOWED, "deal_driven", gettext_lazy("Buys on promotion only and earns nothing")),
        (Gate.ALLOWED, "no_cross_sell", gettext_lazy("More products would mean more loss")),
        (Gate.ALLOWED, "value_unknown", gettext_lazy("What it would bring is not known")),
        (Gate.SENSIBLE, "complaint_open", gettext_lazy("Has a complaint that is not solved")),
        (Gate.SENSIBLE, "complaint_rest", gettext_lazy("A complaint was solved not long ago: sales rest")),
        (Gate.SENSIBLE, "abuse_review", gettext_lazy("Sales rest while something is looked into")),
        (Gate.SENSIBLE, "spared", gettext_lazy("Is spared sales: hardship, bereavement, help needed or own wish")),
        (Gate.SENSIBLE, "under_notice", gettext_lazy("We have given notice of the contract that it is about")),
        (Gate.SENSIBLE, "credit_review_open", gettext_lazy("Credit is under review")),
        (Gate.SENSIBLE, "at_peace", gettext_lazy("Is to be left in peace for now")),
        (Gate.SENSIBLE, "answered", gettext_lazy("Has answered it already")),
        (Gate.SENSIBLE, "refused_twice", gettext_lazy("Has refused it twice")),
        (Gate.SENSIBLE, "refused", gettext_lazy("Has refused it not long ago")),
        (Gate.SENSIBLE, "refused_family", gettext_lazy("Has refused something like it not long ago")),
        (Gate.SENSIBLE, "unanswered_family", gettext_lazy("Has left several of its kind unanswered")),
        (Gate.SENSIBLE, "sibling_rest", gettext_lazy("Bought lately: sales rest")),
        (Gate.SENSIBLE, "unreached", gettext_lazy("Not reached as often as we may try: this offer is over")),
        (Gate.SENSIBLE, "care_first", gettext_lazy("Something owed, or care, comes before it")),
        (Gate.SENSIBLE, "not_sure_yet", gettext_lazy("What lies behind it is not sure yet")),
        (Gate.SENSIBLE, "tried_on_few", gettext_lazy("Is new: only a tenth get it until more have answered")),
        (Gate.SENSIBLE, "do_not_disturb", gettext_lazy("Asking people like this has brought less than it costs")),
        (Gate.SENSIBLE, "paper_first", gettext_lazy("Is said only some time after its letter or leaflet")),
        (Gate.SENSIBLE, "gone_out", gettext_lazy("The letter or leaflet has gone out")),
        (Gate.SENSIBLE, "no_statement", gettext_lazy("No statement goes out within a week")),
        (Gate.SENSIBLE, "pressure", gettext_lazy("Contacted often enough for now")),
        (Gate.SENSIBLE, "called_lately", gettext_lazy("Called not long ago")),
        (Gate.SENSIBLE, "no_calls_to_c", gettext_lazy("The policy has no calls to tier C")),
        (Gate.WORTH, "not_sure_enough", gettext_lazy("Not sure enough that a contact helps")),
        (Gate.WORTH, "not_worth_it", gettext_lazy("Costs more than it would bring")),
        (Gate.WORTH, "another_first", gettext_lazy("Something else is worth more")),
        (Gate.WORTH, "out_of_stock", gettext_lazy("None is left to give")),
        (Gate.WORTH, "no_capacity", gettext_lazy("Others were worth more; no capacity was left")),
    )
}


def reason_of(code: str) -> Reason:
    """The gate and words of a reason code; a firm's own code belongs to the rules of its offer and is quoted."""
    known = _KNOWN.get(code)
    return known or Reason(Gate.ALLOWED, _("By a rule of the offer: {code}").format(code=code))


def reason_words(code: str) -> str:
    """A reason code in the active language."""
    return str(reason_of(code).words)


def in_order(codes: list[str]) -> list[str]:
    """Reason codes in the order of the gates; a firm's own stand with what is not for them, by name."""
    places = {code: place for place, code in enumerate(_KNOWN)}
    return sorted(codes, key=lambda code: (reason_of(code).gate, places.get(code, len(places)), code))
