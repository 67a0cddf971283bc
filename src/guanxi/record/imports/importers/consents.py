"""Consent in files of customers: only with its purpose, its evidence and its day (PIPL 14); a bare “yes” is refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from guanxi.ground.clock import parse_day
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import Problem
from guanxi.record.imports.importers.importing import Run
from guanxi.record.imports.importers.words import channel_named
from guanxi.record.imports.mapping import Columns, Field

if TYPE_CHECKING:
    from guanxi.record.imports.importers.customers import Prepared

FIELDS = (
    Field("consent_status", _("Consent")),
    Field("consent_purpose", _("Consent: purpose")),
    Field("consent_channel", _("Consent: channel")),
    Field("consent_on", _("Consent: day")),
    Field("consent_evidence", _("Consent: evidence")),
)
_NAMES = tuple(field.name for field in FIELDS)
_NEEDED = ("consent_purpose", "consent_on", "consent_evidence")

_INCOMPLETE = gettext_noop("Consent is taken in only with its purpose, its day and its evidence; missing: {fields}.")
_UNKNOWN = gettext_noop("“{text}” is not known here; use one of: {known}.")
_FUTURE = gettext_noop("The consent is dated {day}, which is yet to come.")

_PURPOSES = {
    Purpose.SERVICE: ("service", "服务"),
    Purpose.MARKETING: ("marketing", "offers", "our offers", "营销", "推广"),
    Purpose.PARTNER: ("partner", "partners", "partners' offers", "合作伙伴", "第三方"),
    Purpose.PROFILING: ("profiling", "advice", "个性化", "画像"),
    Purpose.USAGE_LOCATION: ("usage location", "location", "位置"),
    Purpose.SENSITIVE: ("sensitive", "敏感信息"),
    Purpose.SURVEY: ("survey", "surveys", "调查", "问卷"),
}
_STATUSES = {
    ConsentStatus.GRANTED: ("granted", "yes", "y", "true", "1", "同意", "是"),
    ConsentStatus.DENIED: ("denied", "refused", "no", "n", "false", "0", "不同意", "拒绝", "否"),
    ConsentStatus.WITHDRAWN: ("withdrawn", "revoked", "撤回", "撤销"),
}


def is_mapped(mapping: Columns) -> bool:
    """Whether the file says anything about consent."""
    return any(name in mapping for name in _NAMES)


def check(mapping: Columns) -> None:
    """Raise Refused when consent is mapped without its purpose, day and evidence."""
    missing = [name for name in _NEEDED if name not in mapping]
    if is_mapped(mapping) and missing:
        raise Refused("consents.incomplete", _INCOMPLETE, fields=", ".join(missing))


def checked(prepared: "Prepared", run: Run, *, today: date) -> Sequence[Any]:
    """The rows to register; those whose consent is incomplete or unreadable as Problems."""
    del run
    rows = []
    for cells, row in zip(prepared.cells, prepared.rows, strict=True):
        problem = None if isinstance(row, Problem) else _problem(cells, today)
        rows.append(problem or row)
    return rows


def record(granted: Sequence[tuple[int, Mapping[str, Any]]], run: Run) -> None:
    """Note the consents of rows whose customers are registered; the same statement is noted once."""
    from guanxi.record.consents import services  # noqa: PLC0415 - beside its only use

    rows = [
        services.NewConsent(
            customer_id=customer_id,
            purpose=_named(_PURPOSES, cells["consent_purpose"]),
            channel=_channel(cells),
            status=_status(cells),
            on=parse_day(cells["consent_on"].strip()),
            evidence=cells["consent_evidence"].strip()[:300],
            source=run.source,
        )
        for customer_id, cells in granted
        if any(cells.get(name, "").strip() for name in _NAMES)
    ]
    services.record_consents(rows, by=run.by)


def _problem(cells: Mapping[str, Any], today: date) -> Problem | None:
    if not any(cells.get(name, "").strip() for name in _NAMES):
        return None
    missing = [name for name in _NEEDED if not cells.get(name, "").strip()]
    if missing:
        return Problem(missing[0], Refused("consents.incomplete", _INCOMPLETE, fields=", ".join(missing)))
    column = "consent_purpose"
    try:
        _named(_PURPOSES, cells["consent_purpose"])
        column = "consent_channel"
        _channel(cells)
        column = "consent_status"
        _status(cells)
        column = "consent_on"
        if (day := parse_day(cells["consent_on"].strip())) > today:
            raise Refused("consents.future", _FUTURE, day=day.isoformat())
    except Refused as refusal:
        return Problem(column, refusal)
    return None


def _channel(cells: Mapping[str, Any]) -> Channel:
    text = cells.get("consent_channel", "").strip()
    return channel_named(text) if text else Channel.UNKNOWN


def _status(cells: Mapping[str, Any]) -> ConsentStatus:
    text = cells.get("consent_status", "").strip()
    return _named(_STATUSES, text) if text else ConsentStatus.GRANTED


def _named(words: Mapping[Any, tuple[str, ...]], text: str) -> Any:
    form = compatible(text).strip().casefold().replace("_", " ")
    for member, texts in words.items():
        if form in texts:
            return member
    known = ", ".join(member.name.lower() for member in words)
    raise Refused("imports.unknown_word", _UNKNOWN, text=excerpt(text), known=known)
