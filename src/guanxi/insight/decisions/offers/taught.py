"""What the evidence changes in the terms of a run: chances, whom to leave in peace, how far something new is tried (3.6)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from guanxi.engage.offers.choices import ValueModel, Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground.money import minor_digits
from guanxi.insight.decisions.arbitration import Chance, Condition, OfferTerms, Treatment
from guanxi.insight.decisions.learning import Way as LearningWay
from guanxi.insight.decisions.learning import chances_in_contact, chances_of, is_measured, is_new
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.cells import BEGINNING, Tree
from guanxi.insight.decisions.offers.deciding import Stakes
from guanxi.insight.decisions.offers.evidence import IN_CONTACT, Evidence, Heard, evidence_of, in_contact, tree_of
from guanxi.insight.estimates.response import control_share, is_stopped, shrink_uplift
from guanxi.insight.warehouse.workbench import Workbench

NEW_SHARE: Final = 0.10  # of a way's volume, for offers that few have answered yet
DISTURBED: Final = "do_not_disturb"
TRIED: Final = "tried_on_few"


@dataclass(frozen=True)
class Taught:
    """chances by offer, avenue and group of the tree. stopped: avenues with the cells in which the offer costs more than it can bring, by
    offer. new: avenues on which an offer is new where others are not, by offer.
    """

    chances: Mapping[tuple[str, int, int], Chance]
    stopped: Mapping[str, Mapping[int, frozenset[int]]]
    new: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from, and the tree by whose cells it is learned: that of `deciding` (deciding.Asked)."""

    heard: Heard
    tree: Tree = BEGINNING

    def grown(self, bench: Workbench, offers: Sequence[PublishedOffer], *, on: dt.date) -> Self:
        """The same with the tree that is learned by on a day (evidence.tree_of). Reads the edition."""
        return replace(self, tree=tree_of(bench, self.heard, offers, on=on))

    def for_run(self, bench: Workbench, stakes: Stakes, *, on: dt.date) -> Stakes:
        """The numbers of a run on a day with what was learned; those given while there was no run before."""
        if not self.heard.trials.num_rows:
            return stakes
        return learned(stakes, evidence_of(bench, self.heard, stakes.offers, self.tree, on=on), on=on)


def taught_by(evidence: Evidence, offers: Sequence[PublishedOffer], tree: Tree, *, salt: str) -> Taught:
    """What the evidence teaches about the ways of some offers; a way that nobody was asked on begins as before.

    A cell that is told by what an offer's purpose does not allow (of a partner's, what was bought) is taken for the group around it
    that is not. salt: decides the draws of ways that are new.
    """
    ways = asking.learning_ways(offers)
    asked = {way: evidence[key] for way in ways if (key := (way.offer, way.channel)) in evidence}
    asked = {way: answers for way, answers in asked.items() if answers.treated.sum() > 0}
    known = chances_of(asked, tree.nest, salt=salt)
    begun = asking.begun_with([way for way in ways if way not in asked], range(len(tree.groups)))
    seen = _seen(offers, tree)
    allowed = {(of, way, group): known[of, way, seen[of][group]] for of, way, group in known}
    stopped = _stopped(evidence, offers, tree, seen)
    quiet = {
        key: replace(chance, tau=0.0) if key[2] in stopped.get(key[0], {}).get(key[1], ()) else chance
        for key, chance in {**begun, **allowed}.items()
    }
    return Taught({**quiet, **_in_contact(evidence, ways, quiet, (tree, seen))}, stopped, _new(evidence, ways))


def learned(stakes: Stakes, evidence: Evidence, *, on: dt.date) -> Stakes:
    """The numbers of a run on a day with what earlier runs have taught. Draws of new ways change with the week, as evidence does:
    from night to night people keep their work.
    """
    year, week, _ = on.isocalendar()
    policy = stakes.policy
    taught = taught_by(evidence, stakes.offers, stakes.tree, salt=f"{policy.salt}{year}-{week}|")
    terms, capacity = with_taught(stakes.terms, taught, policy.capacity, salt=policy.salt)
    terms = [replace(one, control=_controls(one.code, evidence)) for one in terms]
    policy = replace(policy, capacity=capacity)
    return replace(stakes, terms=tuple(terms), policy=policy, chances=taught.chances, evidence=evidence)


def with_taught(
    terms: Sequence[OfferTerms], taught: Taught, capacity: Mapping[str, float], *, salt: str
) -> tuple[list[OfferTerms], dict[str, float]]:
    """The terms and capacities with what was learned: whoever is better left in peace is not asked; what is new gets a tenth of
    a way's capacity, one contact at least, and of the customers where the way has no limit.
    """
    more = dict(capacity)
    changed = []
    for one in terms:
        treatments = tuple(_tried(one, treatment, taught, more, salt=salt) for treatment in one.treatments)
        conditions = [*one.conditions, *_peace(one, taught)]
        changed.append(replace(one, treatments=treatments, conditions=tuple(conditions)))
    return changed, more


def _controls(reference: str, evidence: Evidence) -> float:
    return control_share(
        sum(float(one.control_yes.sum()) for (offer, _), one in evidence.items() if offer == reference)
    )


def _seen(offers: Sequence[PublishedOffer], tree: Tree) -> dict[str, tuple[int, ...]]:
    """Of each offer which group stands for each."""
    features, purposes = vocabulary(), {offer.purpose for offer in offers}
    seen = {purpose: tree.seen_by(features, purpose) for purpose in purposes}
    return {offer.reference: seen[offer.purpose] for offer in offers}


def _in_contact(
    evidence: Evidence,
    ways: Sequence[LearningWay],
    known: Mapping[tuple[str, int, int], Chance],
    seen_in: tuple[Tree, Mapping[str, tuple[int, ...]]],
) -> dict[tuple[str, int, int], Chance]:
    """The same of the ways on which an offer was proposed in contacts, under their number there (evidence.in_contact)."""
    tree, seen = seen_in
    found: dict[tuple[str, int, int], Chance] = {}
    for way in ways:
        answers = evidence.get((way.offer, IN_CONTACT))
        if answers is None or not answers.treated.sum():
            continue
        groups = range(len(tree.groups))
        chances = chances_in_contact([known[way.offer, way.channel, group] for group in groups], answers, tree.nest)
        number = in_contact(way.channel)
        found |= {(way.offer, number, group): chances[seen[way.offer][group]] for group in groups}
    return found


def _stopped(
    evidence: Evidence, offers: Sequence[PublishedOffer], tree: Tree, seen: Mapping[str, tuple[int, ...]]
) -> dict[str, dict[int, frozenset[int]]]:
    found: dict[str, dict[int, frozenset[int]]] = {}
    for offer in offers:
        if offer.value_model != ValueModel.UNIT or offer.unit_value is None:
            continue  # what it brings differs from customer to customer
        minor = 10 ** minor_digits(offer.currency)
        for one in offer.treatments:
            number = asking.avenue(offer.purpose, one.way)
            answers = evidence.get((offer.reference, number))
            if answers is None or not is_measured(answers):
                continue
            value, cost = (offer.unit_value - offer.incentive_cost) / minor, one.cost / minor
            stop = is_stopped(shrink_uplift(answers, tree.nest), value, cost)
            cells = frozenset(cell for cell in tree.cells if stop[seen[offer.reference][cell]])
            if cells:
                found.setdefault(offer.reference, {})[number] = cells
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


def _tried(
    one: OfferTerms, treatment: Treatment, taught: Taught, capacity: dict[str, float], *, salt: str
) -> Treatment:
    """The same treatment; where the offer is new on that way, of a lane of its own, or without a limit open to a tenth of the
    customers, always the same ones.
    """
    resource = asking.resource_of(_way(treatment.channel))
    if treatment.channel not in taught.new.get(one.code, ()):
        return treatment
    if resource not in capacity:
        few = Condition(TRIED, f"bucket_of('{salt}new|{one.code}|' || code) < {round(NEW_SHARE * 10_000)}")
        return replace(treatment, opens=(*treatment.opens, few))
    capacity[f"new:{resource}"] = min(capacity[resource], max(1.0, NEW_SHARE * capacity[resource]))
    return replace(treatment, uses={**treatment.uses, f"new:{resource}": 1.0})


def _peace(one: OfferTerms, taught: Taught) -> list[Condition]:
    """Cells in which no way of the offer is worth its cost."""
    stopped = taught.stopped.get(one.code, {})
    cells = [stopped.get(way.channel, frozenset()) for way in one.treatments]
    quiet = frozenset.intersection(*cells) if cells else frozenset()
    return [Condition(DISTURBED, f"cell NOT IN ({', '.join(map(str, sorted(quiet)))})")] if quiet else []


def _way(number: int) -> Way:
    return Way(number % 10)
