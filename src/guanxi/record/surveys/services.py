"""Acts: what a customer answered is noted, and taken back where that was an error."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head
from guanxi.record.surveys import rules
from guanxi.record.surveys.models import Survey
from guanxi.record.surveys.permissions import NOTE

_NONE = gettext_noop("There is no survey to take back.")


@transaction.atomic
def note_survey(customer_id: int, survey: rules.Survey, *, by: Principal, is_unanswered: bool = False) -> int:
    """Note what a customer answered, asked by `by`, and return its id; is_unanswered: that he did not want to answer. The same answers
    of the same day are there once.

    Raises Denied, and Refused: customers.not_found, and as `rules.checked_survey` does.
    """
    require(by, NOTE)
    hold_customers()
    customer, today = seen_head(customer_id, by=by), firm_day()
    there = list(Survey.objects.filter(customer=customer.id).order_by("-asked_on", "-pk")[:50])
    same = next((row for row in there if row.survey == survey), None)
    if same is not None:
        return same.pk
    survey = rules.checked_survey(
        survey, today=today, others=[row.asked_on for row in there], is_unanswered=is_unanswered
    )
    added = Survey.objects.create(customer_id=customer.id, asked_by_id=by.staff_id, **asdict(survey))
    _kept("survey.noted", customer.code, by, day=survey.asked_on.isoformat())
    return added.pk


@transaction.atomic
def take_back_survey(customer_id: int, *, by: Principal) -> None:
    """Take a customer's latest survey back: it was noted in error. Raises Denied, and Refused: customers.not_found, surveys.none."""
    require(by, NOTE)
    hold_customers()
    customer = seen_head(customer_id, by=by)
    row = Survey.objects.filter(customer=customer.id).order_by("-asked_on", "-pk").first()
    if row is None:
        raise Refused("surveys.none", _NONE)
    row.delete()
    _kept("survey.taken_back", customer.code, by, day=row.asked_on.isoformat())


def erase_surveys(customer_ids: Sequence[int]) -> None:
    """Delete those of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Survey.objects.filter(customer__in=customer_ids).delete()


def _kept(kind: str, code: str, by: Principal, **payload: object) -> None:
    record_act(kind, by=by.actor, noun=Noun("customer", code), payload=payload, subject=code)
