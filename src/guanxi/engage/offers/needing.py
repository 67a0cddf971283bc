"""Which signals the rules of an offer ask for: why the need is there, and what whoever takes it shows to be so."""

from typing import TYPE_CHECKING, Final

from guanxi.engage.offers.queries import PublishedOffer
from guanxi.record.signals.choices import SignalKind
from guanxi.record.signals.rules import SUPPOSED

if TYPE_CHECKING:
    from sqlglot import exp

# Of a change of household it is not even said which: no offer may rest on it (LEV-02).
_PROVABLE: Final = SUPPOSED - {SignalKind.HOUSEHOLD_CHANGE}


def asked_for(offer: PublishedOffer) -> set[str]:
    """Everything that the rules of an offer name as text and want to be there, kinds of signals among it."""
    return {text.split(":")[0] for rule in offer.rules for text in _texts(rule.predicate)}


def proves_of(offer: PublishedOffer) -> dict[str, list[str]]:
    """What is only supposed and whoever takes the offer shows to be so: the kinds that its rules ask for (LEV-04, LEV-07)."""
    proves = sorted(asked_for(offer) & _PROVABLE)
    return {"proves": proves} if proves else {}


def _texts(predicate: "exp.Expr") -> list[str]:
    from sqlglot import exp  # noqa: PLC0415 - the web loads this module and asks it nothing

    named = [literal for literal in predicate.find_all(exp.Literal) if literal.is_string]
    return [literal.this for literal in named if literal.find_ancestor(exp.Not) is None]
