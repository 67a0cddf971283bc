"""Who may have an offer to stay without an alarm: a loyal peer by its published criteria, on request or at the anniversary (RET-04).

The criteria are those of the parity report: every rule but the one that asks for an alarm, of the tiers of those who have one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from django.db import transaction

from guanxi.engage.offers.choices import LANGUAGES, Issue
from guanxi.engage.offers.compiled import compiled_offers
from guanxi.engage.offers.criteria import Criteria, criteria_by
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.offers.stock import hold_unit
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.insight.decisions.offers.facts_now import FactsNow, facts_now
from guanxi.insight.decisions.offers.kept import Kept, current_run
from guanxi.insight.decisions.offers.noticed import names_upon
from guanxi.insight.decisions.offers.parity import met_sql, tiers_of
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.permissions import require_giving
from guanxi.record.actions.queries.said import offers_given
from guanxi.record.actions.rules import GIVEN_AGAIN
from guanxi.record.actions.services import Giving, give_benefit
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head

_NO_PEER = gettext_noop("By its published criteria this offer is not for this customer.")
# To whom nothing is given to stay, not on request either: credit under review (RSK-05), abuse that is looked into (RSK-06).
_BARRED: Final = frozenset({"credit_review_open", "abuse_review"})


@dataclass(frozen=True, slots=True)
class Benefit:
    """An offer to stay that a customer may have as a loyal peer; was_given: he has had it within a year."""

    offer: PublishedOffer
    was_given: bool


def benefits_for(
    customer_id: int, *, on: dt.date, now: FactsNow | None = None, offers: Sequence[PublishedOffer] | None = None
) -> list[Benefit]:
    """What a customer may have on request, by the last run and what today says of him. For steps of the house, which see every
    customer: a face asks for him first. now, offers: what today says, and what is published, where somebody has read it already. The
    first question after a run reads the rows of all (0.7 CPU s for a million).
    """
    run, kept = current_run(), to_stay(compiled_offers(on).offers if offers is None else offers)
    if run is None or not kept:
        return []
    try:
        row = run.row(customer_id)
    except OSError:  # a refresh has just taken it away
        return []
    facts = now or facts_now(customer_id, on)
    if not row.num_rows or not facts.is_profiled:
        return []
    today = facts.laid_over(row)
    closed = today.to_pylist()[0].get("closed") or ()
    if any(text.partition("|")[0] in _BARRED for text in closed):
        return []
    upheld = [offer for offer in kept if not facts.ending & names_upon(offer)]
    for_him = [offer for offer in upheld if _is_peer(run, criteria_by(offer), today)]
    given = offers_given(customer_id, since=on - GIVEN_AGAIN) if for_him else frozenset()
    return [Benefit(offer, offer.reference in given) for offer in for_him]


def give_on_request(customer_id: int, code: str, *, words: str, by: Principal) -> str:
    """Give a loyal peer the benefit of a version that he asks for, in his words, and return the action's code.

    Raises Denied, and Refused: customers.not_found, benefit.no_peer, benefit.none_left, and as give_benefit.
    """
    customer = seen_head(customer_id, by=by)
    require_giving(by, owner_id=customer.owner_id, team_id=customer.team_id)
    offer = next((one.offer for one in benefits_for(customer_id, on=firm_day()) if one.offer.code == code), None)
    if offer is None:
        raise Refused("benefit.no_peer", _NO_PEER)
    giving = Giving(facts=facts_of_benefit(offer, arm="request"), words=words, value=offer.incentive_cost)
    with transaction.atomic():
        hold_customers()
        hold_unit(offer, customer_id)  # the last one goes to one of two who ask at the same moment
        return give_benefit(customer_id, giving, by=by)


def to_stay(offers: Iterable[PublishedOffer]) -> list[PublishedOffer]:
    """Those of some offers that keep somebody, and whose rules can be asked."""
    return [
        offer for offer in offers if offer.issue == Issue.RETENTION and all(not rule.problem for rule in offer.rules)
    ]


def _is_peer(run: Kept, criteria: Criteria, row: pa.Table) -> bool:
    """Whether the customer of a row of `deciding` is a peer; nobody is where the run did not know what the rules ask for."""
    tiers = tiers_of(run, criteria)
    if tiers is None or not criteria.features <= set(row.column_names):
        return False
    with Workbench() as bench:
        bench.run("SET threads = 1")
        bench.register("deciding", row)
        (met,) = bench.arrow(met_sql(criteria)).to_pylist()
    return met["meets_shared"] and not met["is_alarmed"] and met["is_customer"] and (not tiers or met["tier"] in tiers)


def facts_of_benefit(offer: PublishedOffer, *, arm: str) -> dict[str, object]:
    """What an action states of an offer as a benefit, in the form in which runs state theirs (sql/proposed.sql)."""
    name = {language: offer.words.get("name", {}).get(language, "") for language in LANGUAGES}
    say = {"zh": "", "en": ""}
    told = {"code": offer.code, "reference": offer.reference, "version": offer.version}
    return {**told, "name": name, "need": say, "say": say, "because": [], "arm": arm, "lost": []}
