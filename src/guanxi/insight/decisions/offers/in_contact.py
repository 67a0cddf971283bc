"""One customer decided again while he is here: what last night's run knew of him, with what today says laid over it.

He came to us. Nothing is sent, so a contact costs nothing, tires nobody and needs no room in a channel; the rules of how often
we may call on him close nothing. What he agreed to, what fits him, what rests, controls and holdout count as ever. What is owed
to him comes first; then offers of care, which are not weighed; then at most three by their worth, at most one of them credit or
insurance (decisioning.md 3.3, step 3).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyarrow as pa

from guanxi.engage.offers.choices import LANGUAGES, RegulatoryClass
from guanxi.engage.offers.compiled import Compiled, compiled_offers
from guanxi.engage.offers.needing import asked_for, proves_of
from guanxi.engage.offers.queries import PublishedOffer, PublishedTreatment
from guanxi.engage.offers.reasons import in_order
from guanxi.engage.policy.queries import WeightRow, context_weights, lever_sums, policy_now
from guanxi.insight.decisions.arbitration.single import Asking, Weighed, weigh_one
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.caring import CARE_FIRST
from guanxi.insight.decisions.offers.contact_terms import contact_terms, spoken
from guanxi.insight.decisions.offers.contexts import contexts_of_one
from guanxi.insight.decisions.offers.facts_now import FactsNow, facts_now
from guanxi.insight.decisions.offers.kept import Kept, current_run
from guanxi.insight.decisions.offers.resting import Rest
from guanxi.insight.decisions.offers.told import told_now
from guanxi.record.actions.queries.first import First

MOST: Final = 3
_ONE_OF: Final = frozenset({RegulatoryClass.CREDIT, RegulatoryClass.LIMIT, RegulatoryClass.INSURANCE})
_NOTHING: Final = frozenset({"not_worth_it", "not_sure_enough"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """An offer to speak of now; `weighed` has its figures (of what is not weighed in money none but the way), `because` the kinds
    of signals that it answers.
    """

    offer: PublishedOffer
    weighed: Weighed
    because: tuple[str, ...] = ()

    @property
    def treatment(self) -> PublishedTreatment:
        """The way on which it is worth most, with its words."""
        avenues = {asking.avenue(self.offer.purpose, one.way): one for one in self.offer.treatments}
        return avenues[self.weighed.channel]


@dataclass(frozen=True, slots=True)
class Lost:
    """An offer that is not proposed, and the code of the reason (engage.offers.reasons); rest: by which answer, where one did it."""

    offer: PublishedOffer
    reason: str
    weighed: Weighed
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class InContact:
    """What to say to one customer now: proposals, the best first, and why not the others.

    why_none: "" where there may be proposals, else no_run (nothing was decided yet), no_row (the last run did not know him),
    not_profiled, no_offers, owed_first. A place that is kept empty to compare holds no proposal (`is_control`): who is a
    control of the best is proposed nothing in its place. as_of and edition name the run; facts: what today says of him, by which it
    was decided, over these offers.
    """

    on: dt.date
    why_none: str = ""
    proposals: tuple[Proposal, ...] = ()
    lost: tuple[Lost, ...] = ()
    is_control: bool = False
    as_of: dt.date | None = None
    edition: str = ""
    facts: FactsNow | None = field(default=None, compare=False, repr=False)
    offers: tuple[PublishedOffer, ...] | None = field(default=None, compare=False, repr=False)

    @property
    def first(self) -> Proposal | None:
        """The one to speak of."""
        return None if self.is_control or not self.proposals else self.proposals[0]


def decide_in_contact(customer_id: int, *, on: dt.date) -> InContact:
    """Decide for one customer as of today, by the record as it stands and the last run (some ms in a warm process).

    Same record, same run: same answer. For steps of the house, which see every customer: a face asks for him first.
    """
    run, row = _known(customer_id)
    if run is None or row is None:
        return InContact(on, "no_run")
    today = compiled_offers(on)
    facts = facts_now(customer_id, on, spoken(today.offers))
    told = InContact(on, as_of=run.as_of, edition=run.edition, facts=facts, offers=today.offers)
    if not facts.is_profiled or not row.num_rows:
        return replace(told, why_none="no_row" if facts.is_profiled else "not_profiled")
    if not spoken(today.offers):
        return replace(told, why_none="no_offers")
    if facts.first == First.OWED:
        return replace(told, why_none="owed_first")
    asked = _asking(run, today, lever_sums(on), row)
    weights = context_weights(on)
    facts = replace(facts, told=told_now(customer_id, on, today.offers, minor=facts.minor))
    weighed = weigh_one(asked, facts.laid_over(row), contexts_of_one(today.offers, facts.alive, weights))
    found = settled(told, today.offers, weighed)
    lost = tuple(replace(one, rest=facts.rests.get((one.offer.reference, one.reason))) for one in found.lost)
    return because_of(replace(found, lost=lost), facts.alive, weights)


def because_of(
    found: InContact, alive: Iterable[tuple[str, str, int | None]], weights: Sequence[WeightRow]
) -> InContact:
    """The same, each proposal with the signals that its rules ask for or that give it weight: why the need is there."""
    kinds = sorted({kind for kind, _state, _stake in alive})

    def of(offer: PublishedOffer) -> tuple[str, ...]:
        named = asked_for(offer)
        lifted = {
            one.signal
            for one in weights
            if one.weight > 0 and one.offer in {"", offer.reference} and one.issue in {None, offer.issue}
        }
        return tuple(kind for kind in kinds if kind in lifted or kind in named)

    return replace(found, proposals=tuple(replace(one, because=of(one.offer)) for one in found.proposals))


def facts_of(found: InContact) -> dict[str, Any]:
    """What an action states of the first proposal, in the form in which runs state theirs (sql/proposed.sql). Raises ValueError
    where there is none.
    """
    if found.first is None:
        raise ValueError("nothing is proposed")
    offer, one, way = found.first.offer, found.first.weighed, found.first.treatment
    return {
        "code": offer.code,
        "reference": offer.reference,
        "version": offer.version,
        "way": int(way.way),
        "name": _said(offer, "name"),
        "need": _said(offer, "need"),
        "because": list(found.first.because),
        "say": {"zh": way.wording_zh, "en": way.wording_en},
        "arm": "contact",
        **proves_of(offer),
        **_figures(offer, one),
        "lost": [
            {
                "reference": lost.offer.reference,
                "name": _said(lost.offer, "name"),
                "reason": lost.reason,
                "score": round(lost.weighed.score, 2) if lost.weighed.passes else None,
            }
            for lost in found.lost[:MOST]
        ],
    }


def _figures(offer: PublishedOffer, one: Weighed) -> dict[str, float | None]:
    """The figures of what is weighed in money; of what comes before it there are none."""
    if not asking.is_priced(offer):
        return {"value": None}
    return {
        **{name: round(getattr(one, name), 6) for name in ("p", "tau", "context", "lever")},
        **{name: round(getattr(one, name) or 0.0, 2) for name in ("value", "price", "score", "score_plain")},
        "gain": round(one.tau * (one.value or 0.0), 2),
    }


def settled(told: InContact, offers: Sequence[PublishedOffer], weighed: Sequence[Weighed]) -> InContact:
    """The proposals of what was weighed: care before worth, one regulated at most; and the furthest reason of each other."""
    by_offer: dict[str, list[Weighed]] = {}
    for one in weighed:
        by_offer.setdefault(one.offer, []).append(one)
    mine = [(offer, by_offer[offer.reference]) for offer in offers if offer.reference in by_offer]
    first = [
        (offer, next(one for one in ways if one.passes))
        for issue in asking.FIRST
        for offer, ways in mine
        if offer.issue == issue and any(one.passes for one in ways)
    ]
    line = first or _by_worth(mine)
    taken = _at_most_one_regulated(line)[:MOST]
    proposals = tuple(Proposal(offer, one) for offer, one in taken if not one.is_control)
    chosen = {offer.reference for offer, _one in taken}
    lost = tuple(
        Lost(offer, _furthest(ways, has_first=bool(first)), ways[0])
        for offer, ways in mine
        if offer.reference not in chosen
    )
    kept_aside = tuple(Lost(offer, "control", one) for offer, one in taken if one.is_control)
    return replace(told, proposals=proposals, lost=kept_aside + lost, is_control=bool(taken) and taken[0][1].is_control)


def _said(offer: PublishedOffer, told: str) -> dict[str, str]:
    words = offer.words.get(told, {})
    return {language: words.get(language, "") for language in LANGUAGES}


def _by_worth(mine: Sequence[tuple[PublishedOffer, Sequence[Weighed]]]) -> list[tuple[PublishedOffer, Weighed]]:
    """Of each offer its best way, the best offer first; who was named first before his equals."""
    best = []
    for offer, ways in mine:
        able = [one for one in ways if one.passes and one.reason not in _NOTHING and one.score > 0]
        if able:
            best.append((offer, max(able, key=lambda one: one.score)))
    return sorted(best, key=lambda pair: -pair[1].score)


def _at_most_one_regulated(line: Iterable[tuple[PublishedOffer, Weighed]]) -> list[tuple[PublishedOffer, Weighed]]:
    found: list[tuple[PublishedOffer, Weighed]] = []
    for offer, one in line:
        if offer.regulatory_class in _ONE_OF and any(other.regulatory_class in _ONE_OF for other, _ in found):
            continue
        found.append((offer, one))
    return found


def _furthest(ways: Sequence[Weighed], *, has_first: bool) -> str:
    """Of the reasons of an offer's ways that of the last gate: what would have to change."""
    if has_first and any(one.passes for one in ways):
        return CARE_FIRST
    return in_order([_why_not(one) for one in ways])[-1]


def _why_not(one: Weighed) -> str:
    """How the offers are placed among themselves is settled here; the choice of weigh_one is that of one outward contact."""
    if one.passes and one.reason not in _NOTHING:
        return "another_first" if one.score > 0 else "no_capacity"
    return one.reason


def _known(customer_id: int) -> tuple[Kept | None, pa.Table | None]:
    """The current run and what it knew of a customer; a refresh may take it away between the one and the other."""
    for _ in range(2):
        run = current_run()
        if run is None:
            break
        try:
            return run, run.row(customer_id)
        except OSError:
            continue
    return None, None


_kept_asking: list[tuple[tuple[object, ...], Asking]] = []


def _asking(run: Kept, today: Compiled, levers: Mapping[str, int], row: pa.Table) -> Asking:
    """The question about one customer, prepared once for a run, the offers and the levers of a day."""
    key = (run.folder, today.key, tuple(sorted(levers.items())), tuple(row.column_names))
    there = next((asked for one, asked in _kept_asking if one == key), None)
    if there is None:
        there = Asking(contact_terms(run.terms, today.offers, levers, policy_now()), row)
        _kept_asking[:] = [(key, there)]
    return there
