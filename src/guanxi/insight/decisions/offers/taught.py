"""What the evidence changes in the terms of a run: chances, whom to leave in peace, how far something new is tried (3.6)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from guanxi.engage.offers.choices import ValueModel, Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.ground.money import minor_digits
from guanxi.insight.decisions.arbitration import Chance, Condition, OfferTerms, Treatment
from guanxi.insight.decisions.learning import Way as LearningWay
from guanxi.insight.decisions.learning import chances_of, is_new
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.deciding import Stakes
from guanxi.insight.decisions.offers.evidence import Evidence, evidence_of
from guanxi.insight.estimates.response import FEW_CONTROLS, control_share, is_stopped, shrink_uplift
from guanxi.insight.warehouse.workbench import Workbench

NEW_SHARE: Final = 0.10  # of a way's volume, for offers that few have answered yet
DISTURBED: Final = "do_not_disturb"
TRIED: Final = "tried_on_few"


@dataclass(frozen=True)
class Taught:
    """chances by offer, avenue and cell. stopped: avenues with the cells in which the offer costs more than it can bring, by
    offer. new: avenues on which an offer is new where others are not, by offer.
    """

    chances: Mapping[tuple[str, int, int], Chance]
    stopped: Mapping[str, Mapping[int, frozenset[int]]]
    new: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from: trials of earlier runs (evidence.py), and what customers said (resting.said_by)."""

    trials: pa.Table
    said: pa.Table

    def for_run(self, bench: Workbench, stakes: Stakes, *, on: dt.date) -> Stakes:
        """The numbers of a run on a day with what was learned; those given while there was no run before."""
        if not self.trials.num_rows:
            return stakes
        return learned(stakes, evidence_of(bench, self.trials, self.said, stakes.offers, on=on), on=on)


def taught_by(evidence: Evidence, offers: Sequence[PublishedOffer], cells: Sequence[int], *, salt: str) -> Taught:
    """What the evidence teaches about the ways of some offers; a way that nobody was asked on begins as before.

    salt: decides the draws of ways that are new.
    """
    ways = asking.learning_ways(offers)
    asked = {way: evidence[key] for way in ways if (key := (way.offer, way.channel)) in evidence}
    asked = {way: answers for way, answers in asked.items() if answers.treated.sum() > 0}
    known = chances_of(asked, salt=salt)
    begun = asking.begun_with([way for way in ways if way not in asked], cells)
    wanted = {key: chance for key, chance in known.items() if key[2] in set(cells)}
    stopped = _stopped(evidence, offers)
    quiet = {
        key: replace(chance, tau=0.0) if key[2] in stopped.get(key[0], {}).get(key[1], ()) else chance
        for key, chance in {**begun, **wanted}.items()
    }
    return Taught(quiet, stopped, _new(evidence, ways))


def learned(stakes: Stakes, evidence: Evidence, *, on: dt.date) -> Stakes:
    """The numbers of a run on a day with what earlier runs have taught. Draws of new ways change with the week, as evidence does:
    from night to night people keep their work.
    """
    year, week, _ = on.isocalendar()
    cells = sorted({cell for _, _, cell in stakes.chances})
    policy = stakes.policy
    taught = taught_by(evidence, stakes.offers, cells, salt=f"{policy.salt}{year}-{week}|")
    terms, capacity = with_taught(stakes.terms, taught, policy.capacity, salt=policy.salt)
    terms = [replace(one, control=_controls(one.code, evidence)) for one in terms]
    policy = replace(policy, capacity=capacity)
    return replace(stakes, terms=tuple(terms), policy=policy, chances=taught.chances)


def with_taught(
    terms: Sequence[OfferTerms], taught: Taught, capacity: Mapping[str, float], *, salt: str
) -> tuple[list[OfferTerms], dict[str, float]]:
    """The terms and capacities with what was learned: whoever is better left in peace is not asked; what is new gets a tenth of
    a way's capacity, one contact at least, and of the customers where the way has no limit.
    """
    more = dict(capacity)
    changed = []
    for one in terms:
        treatments = tuple(_tried(one, treatment, taught, more) for treatment in one.treatments)
        conditions = [*one.conditions, *_peace(one, taught), *_few(one, taught, capacity, salt)]
        changed.append(replace(one, treatments=treatments, conditions=tuple(conditions)))
    return changed, more


def _controls(reference: str, evidence: Evidence) -> float:
    return control_share(
        sum(float(one.control_yes.sum()) for (offer, _), one in evidence.items() if offer == reference)
    )


def _stopped(evidence: Evidence, offers: Sequence[PublishedOffer]) -> dict[str, dict[int, frozenset[int]]]:
    found: dict[str, dict[int, frozenset[int]]] = {}
    for offer in offers:
        if offer.value_model != ValueModel.UNIT or offer.unit_value is None:
            continue  # what it brings differs from customer to customer
        minor = 10 ** minor_digits(offer.currency)
        for one in offer.treatments:
            number = asking.avenue(offer.purpose, one.way)
            answers = evidence.get((offer.reference, number))
            if answers is None or answers.control.sum() < FEW_CONTROLS or not answers.treated.sum():
                continue
            value, cost = (offer.unit_value - offer.incentive_cost) / minor, one.cost / minor
            cells = is_stopped(shrink_uplift(answers), value, cost).nonzero()[0].tolist()
            if cells:
                found.setdefault(offer.reference, {})[number] = frozenset(cells)
    return found


def _new(evidence: Evidence, ways: Sequence[LearningWay]) -> dict[str, frozenset[int]]:
    """New among others that are known: while everything is new there is nothing to protect."""
    fresh = {
        way for way in ways if (way.offer, way.channel) not in evidence or is_new(evidence[way.offer, way.channel])
    }
    known = {_way(way.channel) for way in ways if way not in fresh}
    found: dict[str, set[int]] = {}
    for way in fresh:
        if _way(way.channel) in known:
            found.setdefault(way.offer, set()).add(way.channel)
    return {offer: frozenset(avenues) for offer, avenues in found.items()}


def _tried(one: OfferTerms, treatment: Treatment, taught: Taught, capacity: dict[str, float]) -> Treatment:
    """The same treatment, of a lane of its own where the offer is new on a way that has a limit."""
    resource = asking.resource_of(_way(treatment.channel))
    if treatment.channel not in taught.new.get(one.code, ()) or resource not in capacity:
        return treatment
    capacity[f"new:{resource}"] = min(capacity[resource], max(1.0, NEW_SHARE * capacity[resource]))
    return replace(treatment, uses={**treatment.uses, f"new:{resource}": 1.0})


def _few(one: OfferTerms, taught: Taught, capacity: Mapping[str, float], salt: str) -> list[Condition]:
    """Where every way of a new offer is without a limit, a tenth of the customers may get it, always the same ones."""
    new = taught.new.get(one.code, frozenset())
    open_ways = {way.channel for way in one.treatments if asking.resource_of(_way(way.channel)) not in capacity}
    if not one.treatments or not {way.channel for way in one.treatments} <= new & open_ways:
        return []
    return [Condition(TRIED, f"bucket_of('{salt}new|{one.code}|' || code) < {round(NEW_SHARE * 10_000)}")]


def _peace(one: OfferTerms, taught: Taught) -> list[Condition]:
    """Cells in which no way of the offer is worth its cost."""
    stopped = taught.stopped.get(one.code, {})
    cells = [stopped.get(way.channel, frozenset()) for way in one.treatments]
    quiet = frozenset.intersection(*cells) if cells else frozenset()
    return [Condition(DISTURBED, f"cell NOT IN ({', '.join(map(str, sorted(quiet)))})")] if quiet else []


def _way(number: int) -> Way:
    return Way(number % 10)
