"""What today says of one customer, to be laid over what the last run knew of him."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from guanxi.engage.offers.choices import CHANNEL_WORDS, UNPRICED, Issue
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.stock import units_of
from guanxi.ground.money import minor_digits
from guanxi.identity.queries import firm
from guanxi.insight.decisions.offers.asked import sign_days
from guanxi.insight.decisions.offers.asking import SOLD_OUT
from guanxi.insight.decisions.offers.noticed import closed_to_one
from guanxi.insight.decisions.offers.resting import Rest
from guanxi.insight.decisions.offers.resting_now import Answers, resting_now, said_now
from guanxi.insight.decisions.sparing import COMPLAINT, VULNERABLE, closed_now, spared_now
from guanxi.record.actions.queries.first import First, what_comes_first
from guanxi.record.actions.queries.units import open_proposals
from guanxi.record.consents.queries import consent_now, is_profiled
from guanxi.record.conversations.choices import Outcome
from guanxi.record.conversations.leaving import wants_to_leave
from guanxi.record.holdings.owning import owned_names
from guanxi.record.signals.choices import Sign
from guanxi.record.signals.queries import alive_signals

# What the night closed and today has no other word for. That somebody was contacted lately closes nothing: he came to us.
_KEPT = frozenset({"answered", "not_sure_yet", "credit_review_open"})
# An alarm is a talk with which an offer to stay may go (sql/closures.sql), and no other.
_ALARM = frozenset(f"another_first|issue:{int(issue)}" for issue in Issue if issue not in {*UNPRICED, Issue.RETENTION})


@dataclass(frozen=True, slots=True)
class FactsNow:
    """alive: (kind, state, at stake a month in minor units) of open signals, and of what he said (None at stake); allowed: 100 ×
    purpose + channel of consents that stand; partners: "channel|name" of those to partners' offers; closed: "reason|scope" of what
    class order closes today, and what is sold out, as `closed` of deciding.sql has it; rests: what rests because of what he
    answered, by offer and reason; reserved: offers that are proposed to him already; first: what comes before an offer; told: what
    he told (told.py); spared: why sales rest (sparing.py), which closes more; ending: what he holds by nothing but contracts under
    notice (noticed.py).
    """

    on: dt.date
    alive: Sequence[tuple[str, str, int | None]]
    products: frozenset[str]
    families: frozenset[str]
    allowed: Sequence[int]
    partners: Sequence[str] = ()
    closed: frozenset[str] = frozenset()
    rests: Mapping[tuple[str, str], Rest] = field(default_factory=dict)
    reserved: Sequence[str] = ()
    spared: frozenset[str] = frozenset()
    ending: frozenset[str] = frozenset()
    is_profiled: bool = True
    first: First = First.NOTHING
    minor: int = 100
    told: Mapping[str, Any] = field(default_factory=dict)

    def laid_over(self, row: pa.Table) -> pa.Table:
        """The row of `deciding` with today's facts, in its own columns. Nobody tires of a contact that he began himself: the
        chance of opting out is none; when he was last contacted stays what it was before this contact. Who is held out is as the
        run drew it, on the first day of another year as well.
        """
        known = row.to_pylist()[0]
        known |= {name: value for name, value in self._said(known).items() if name in known}
        return pa.Table.from_pylist([known], schema=row.schema)

    def _said(self, known: dict[str, Any]) -> dict[str, Any]:
        kinds = {kind for kind, _state, _stake in self.alive}
        return {
            **self.told,
            "signals": sorted(kinds | {f"{kind}:{state}" for kind, state, _stake in self.alive}),
            "owned": sorted(self.products | self.families),
            "nexts": [one for one in known.get("nexts", ()) if one not in self.products],
            "families": len(self.families),
            "allowed": list(self.allowed),
            "partners": list(self.partners),
            "closed": sorted(
                self.closed
                | {f"{reason}|{offer}" for offer, reason in self.rests}
                | closed_now(self.spared)
                | {text for text in known.get("closed", ()) if text.partition("|")[0] in _KEPT}
            ),
            "reserved": list(self.reserved),
            "has_open_complaint": COMPLAINT in self.spared,
            "is_vulnerable": VULNERABLE in self.spared,
            "in_credit_review": "credit_downshift" in kinds,
            "at_stake_year": self._at_stake_year(known),
            "is_unprofiled": not self.is_profiled,
            "opt_out": known["opt_out"] * 0,  # of its own type, whatever the engine made of it
        }

    def _at_stake_year(self, known: dict[str, Any]) -> float | None:
        stakes = [stake for _kind, _state, stake in self.alive if stake is not None]
        rate = max(0.0, known["margin_rate"])
        worth = max(stakes) * 12 * rate / float(self.minor) if stakes else None
        if any(kind == Sign.WANTS_TO_LEAVE for kind, _state, _stake in self.alive):
            worth = max(worth or 0.0, known.get("spend_365", 0.0) * rate)
        if worth is None:
            return None
        most = known.get("at_stake_most")  # no more than the run let anybody be worth
        return worth if most is None else min(worth, most)


def facts_now(customer_id: int, on: dt.date, offers: Sequence[PublishedOffer] = ()) -> FactsNow:
    """Read them: seven queries, three more where one of `offers` has a stock, two more and a question to the engine for who answered
    about an offer before.
    """
    agreed = consent_now([customer_id], on=on).get(customer_id, [])
    said = said_now(customer_id, on)
    owned = owned_names(customer_id, on)
    first = what_comes_first(customer_id, on)
    return FactsNow(
        on=on,
        alive=[*alive_signals(customer_id), *_signs(customer_id, said, on)],
        products=frozenset(owned.products),
        families=frozenset(owned.families),
        allowed=sorted({100 * one.purpose + one.channel for one in agreed if one.is_granted}),
        partners=sorted(f"{int(one.channel)}|{one.partner}" for one in agreed if one.is_granted and one.partner),
        is_profiled=is_profiled(agreed),
        closed=_sold_out(customer_id, offers)
        | closed_to_one(owned.ending, offers)
        | (_ALARM if first == First.ALARM else frozenset()),
        rests=resting_now(customer_id, said, on),
        reserved=[offer for _customer, offer in open_proposals(customer_id)],
        spared=spared_now(customer_id, on),
        ending=frozenset(owned.ending),
        first=first,
        minor=10 ** minor_digits(firm().currency),
    )


def _signs(customer_id: int, said: Answers, on: dt.date) -> list[tuple[str, str, int | None]]:
    """What he said until this minute that counts as a sign (asked.alive_now)."""
    leaving, refused = sign_days(on, firm().thresholds)
    lately = [row for row in said if row[1] == Outcome.REFUSED and row[2] >= refused]
    ways = sorted({CHANNEL_WORDS.get(channel, "") for *_answer, channel in lately})
    signs: list[tuple[str, str, int | None]] = [(Sign.WAY_REFUSED, way, None) for way in ways]
    return [*signs, (Sign.WANTS_TO_LEAVE, "", None)] if wants_to_leave(customer_id, since=leaving) else signs


def _sold_out(customer_id: int, offers: Sequence[PublishedOffer]) -> frozenset[str]:
    """ "reason|offer" of what there is none left of for this customer; what is proposed to him already is kept for him."""
    units = units_of(offers, but_of=customer_id)
    return frozenset(f"{SOLD_OUT}|{reference}" for reference, one in units.items() if not one.free)
