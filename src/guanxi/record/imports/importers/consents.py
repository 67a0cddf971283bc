"""Consent in files of customers: only with purpose, channel, moment and evidence; a bare “yes” is refused."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.consents import services
from guanxi.record.consents.rules import COLUMNS, Statement, check_statement, read_statement, refuse_bare_columns
from guanxi.record.customers.services import Problem
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers.importing import Run, Written
from guanxi.record.imports.mapping import Columns, Field, loose_form
from guanxi.record.imports.reading.batches import BadRow

_LABELS = {
    "consent_status": _("Consent"),
    "consent_purpose": _("Consent: purpose"),
    "consent_channel": _("Consent: channel"),
    "consent_at": _("Consent: when"),
    "consent_evidence": _("Consent: evidence"),
    "consent_source": _("Consent: source"),
    "consent_partner": _("Consent: partner"),
    "consent_expires_on": _("Consent: until"),
    "consent_text_version": _("Consent: version of the text"),
    "consent_language": _("Consent: language of the text"),
}
FIELDS = tuple(Field(column, _LABELS[column]) for column in COLUMNS)

_BARE_NAME = re.compile(
    "consent|opt(?:ed)?(?:in|out)|subscri|newsletter|gdpr|donot(?:call|contact|mail|email|sms)|allow(?:s|ed)?(?:call|sms|e?mail|marketing)"
    "|marketing(?:permission|allowed|ok)|同意|授权|许可|订阅|退订|拒收|免打扰|营销意愿"
)
_BARE_COLUMN = gettext_noop(
    "Nothing was stored from the column “{column}”: consent needs its purpose, channel, date and evidence. Give them as "
    "consent_purpose, consent_channel, consent_at and consent_evidence, with consent_status for yes or no."
)


def is_mapped(mapping: Columns) -> bool:
    """Whether the file says anything about consent."""
    return any(column in mapping for column in COLUMNS)


def check(mapping: Columns) -> None:
    """Raise Refused when consent is mapped without what proves it."""
    refuse_bare_columns(list(mapping))


def bare_columns(columns: Sequence[str], mapping: Columns) -> list[str]:
    """Columns that nobody maps and whose names say that they hold consent or its withdrawal (trust.md row 18): what
    stands in them proves nothing, and must not be passed over in silence either.
    """
    used = {column for sources in mapping.values() for column in sources}
    return [column for column in columns if column not in used and _BARE_NAME.search(loose_form(column))]


def refusal_of(column: str) -> Refused:
    """Why nothing is stored from such a column."""
    return Refused("consents.bare_column", _BARE_COLUMN, column=excerpt(column))


def statement_of(cells: Mapping[str, Any], run: Run, *, now: datetime) -> Statement | Problem | None:
    """What a row says about consent; None when it says nothing, a Problem when it proves nothing."""
    try:
        statement = read_statement(cells, zone=run.zone.key, source=run.source)
        if statement is not None:
            check_statement(statement, now=now)
    except Refused as refusal:
        return Problem(str(refusal.params.get("column", "consent_status")), refusal)
    return statement


def record(said: Sequence[tuple[int, int, Statement]], run: Run, written: Written) -> None:
    """Note what customers said, (offset, customer, statement) each, in the caller's transaction, and in `written` which
    statements are new; the very same one stands once. A row that only brought a consent has changed its customer.
    """
    rows = [services.NewConsent(customer_id=customer, statement=statement) for _offset, customer, statement in said]
    answers = services.record_consents(rows, by=run.by)
    for (offset, *_rest), answer in zip(said, answers, strict=True):
        if answer.refused is not None:  # the customer is stored, the consent is not: said as a remark
            written.problems.setdefault(offset, BadRow("consent_status", answer.refused))
        elif answer.is_new and written.outcomes[offset] == Outcome.UNCHANGED:
            written.outcomes[offset] = Outcome.UPDATED
    written.made["consents"] = [answer.id for answer in answers if answer.is_new]
