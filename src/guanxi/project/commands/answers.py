"""What `guanxi estimate NAME` asks: a line a name. What is heavy loads when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from guanxi.engage.offers.choices import Issue
from guanxi.engage.offers.families import targets_of_offers
from guanxi.engage.offers.queries import published_offers
from guanxi.identity.queries import firm, firm_day
from guanxi.record.consents.queries import unprofiled_ids
from guanxi.record.market.queries import spendings_of
from guanxi.rescue.winback.queries import second_lives_of_all

if TYPE_CHECKING:
    from guanxi.insight.warehouse.reading import Reader

Told = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What was asked of an estimate; each takes what concerns it."""

    as_of: date | None = None
    calibrate_to: date | None = None
    model: str = "bg_nbd"
    unit: str = "week"
    of: str = "revenue"
    gross: bool = False


def _lifetime(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.fitting import Question, appraise_lifetime

    question = Question(asked.as_of, asked.calibrate_to, asked.unit, asked.gross)
    return appraise_lifetime(edition, asked.model, question)


def _spending(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.fitting import Question, appraise_spending

    question = Question(asked.as_of, asked.calibrate_to, asked.unit, asked.gross)
    return appraise_spending(edition, question, currency=firm().currency)


def _concentration(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.concentration import appraise_concentration
    from guanxi.insight.appraisal.tiering import tier_rule

    return appraise_concentration(
        edition, of=asked.of, as_of=asked.as_of, gross=asked.gross, rule=tier_rule(firm().thresholds)
    )


def _summary(name: str) -> "Answer":
    def answer(edition: "Reader", asked: Asked) -> Told:
        from guanxi.insight.appraisal.summaries import appraise_summary
        from guanxi.insight.appraisal.tiering import tier_rule

        rule = tier_rule(firm().thresholds)
        return appraise_summary(edition, name, as_of=asked.as_of, currency=firm().currency, rule=rule)

    return answer


def _inactivity(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.absence import appraise_inactivity

    return appraise_inactivity(edition, as_of=asked.as_of, thresholds=firm().thresholds)


def _loss(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.losing import appraise_loss

    return appraise_loss(edition, as_of=asked.as_of, thresholds=firm().thresholds)


def _survival(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.staying import appraise_survival

    return appraise_survival(edition, as_of=asked.as_of, thresholds=firm().thresholds)


def _affinity(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.going_together import appraise_affinity

    return appraise_affinity(edition, as_of=asked.as_of, currency=firm().currency)


def _uplift(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.decisions.offers.effects import appraise_uplift
    from guanxi.insight.decisions.offers.evidence import but_of, read_trials
    from guanxi.insight.warehouse.places import places

    trials = but_of(read_trials(places().trials), unprofiled_ids(firm_day()))
    return appraise_uplift(edition, trials, targets_of_offers(), as_of=asked.as_of)


def _loyalty(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.loyalty import tell_loyalty

    return tell_loyalty(edition, as_of=asked.as_of)


def _reasons(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.leaving import NOTHING_TOLD, tell_reasons
    from guanxi.insight.appraisal.purchases import last_day
    from guanxi.insight.refresh.losing import told_by_the_record

    house, to = firm(), asked.as_of or last_day(edition)
    known = told_by_the_record(to) if to else NOTHING_TOLD
    return tell_reasons(edition, as_of=to, currency=house.currency, thresholds=house.thresholds, known=known)


def _second_lifetime(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.leaving import tell_second_lifetime

    house = firm()
    offers = sum(one.issue == Issue.WIN_BACK for one in published_offers(firm_day()))
    ranked = {"offers": offers, **second_lives_of_all()} if offers else None
    return tell_second_lifetime(
        edition, as_of=asked.as_of, currency=house.currency, thresholds=house.thresholds, ranked=ranked
    )


def _acquisition(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.acquisition import tell_acquisition
    from guanxi.insight.appraisal.worth import worth_rule

    house = firm()
    spendings = spendings_of(asked.as_of or firm_day(), currency=house.currency)
    rule = worth_rule(house.thresholds)
    return tell_acquisition(edition, as_of=asked.as_of, currency=house.currency, spendings=spendings, rule=rule)


def _claims(edition: "Reader", asked: Asked) -> Told:
    from guanxi.insight.appraisal.claims import tell_claims
    from guanxi.insight.appraisal.worth import worth_rule

    house = firm()
    return tell_claims(edition, as_of=asked.as_of, rule=worth_rule(house.thresholds), currency=house.currency)


Answer = Callable[["Reader", Asked], Told]
ANSWERS: dict[str, Answer] = {
    "lifetime": _lifetime,
    "spending": _spending,
    "concentration": _concentration,
    "rfm": _summary("rfm"),
    "tiers": _summary("tiers"),
    "value": _summary("value"),
    "inactivity": _inactivity,
    "loss": _loss,
    "survival": _survival,
    "affinity": _affinity,
    "uplift": _uplift,
    "loyalty": _loyalty,
    "reasons": _reasons,
    "second_lifetime": _second_lifetime,
    "acquisition": _acquisition,
    "claims": _claims,
}
