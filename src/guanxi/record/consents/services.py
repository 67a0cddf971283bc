"""Acts on consents. The ledger only grows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.queries import profiling_now
from guanxi.record.consents.rules import Statement, check_statement
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.services import hold_customers, mark_dirty, quiet_sales

_STEP = 1_000

_NOT_FOUND = gettext_noop("This customer is not found.")


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A statement of one customer."""

    customer_id: int
    statement: Statement


_SALES = frozenset({Purpose.MARKETING, Purpose.PROFILING})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a statement: its row's id and whether it was new; or why it was refused."""

    id: int = 0
    is_new: bool = False
    refused: Refused | None = None


@transaction.atomic
def record_consents(rows: Sequence[NewConsent], *, by: Principal) -> list[Recorded]:
    """Append statements to the ledger: one answer a row, in order. The very same statement (customer, purpose, channel,
    partner, status, moment) stands once, so that a file may come twice. A constant number of queries a thousand rows.

    Raises Denied; a bad row, or one of a customer who is not seen, is an answer.
    """
    require(by, Permission.EDIT_CONSENTS)
    hold_customers()
    answers: list[Recorded] = []
    for start in range(0, len(rows), _STEP):
        answers += _record_step(rows[start : start + _STEP], by)
    added = [row for row, answer in zip(rows, answers, strict=True) if answer.is_new]
    if added:
        mark_dirty({row.customer_id for row in added})
        _journal(added, by)
        quiet_sales(_refusing(added), actor=by.actor)
    return answers


def _refusing(rows: Sequence[NewConsent]) -> dict[int, frozenset[Channel]]:
    """Who said no to sales just now, and on which channels: to advice from own data it is a no on all."""
    found: dict[int, frozenset[Channel]] = {}
    for row in rows:
        said = row.statement
        if said.status != ConsentStatus.GRANTED and said.purpose in _SALES:
            channel = Channel.UNKNOWN if said.purpose == Purpose.PROFILING else Channel(said.channel)
            found[row.customer_id] = found.get(row.customer_id, frozenset()) | {channel}
    return found


def state_consent(customer_id: int, statement: Statement, *, by: Principal) -> int:
    """Append what one customer said to the ledger and return its row's id.

    Raises Denied, and Refused: consents.customer_not_found, and as `check_statement` does.
    """
    (answer,) = record_consents([NewConsent(customer_id, statement)], by=by)
    if answer.refused is not None:
        raise answer.refused
    return answer.id


@transaction.atomic
def set_profiling(customer_id: int, *, allowed: bool, source: str, evidence: str, by: Principal) -> None:
    """Write down that a customer allows, or no longer allows, advice from own data, on every channel on which something
    was said about it before: from the next decision on nothing is proposed from such data, or may be again.

    Raises Denied, and Refused as `state_consent` does.
    """
    require(by, Permission.EDIT_CONSENTS)
    hold_customers()
    said = {row.channel for row in profiling_now(customer_id)} or {Channel.UNKNOWN}
    status = ConsentStatus.GRANTED if allowed else ConsentStatus.WITHDRAWN
    for channel in sorted(said):
        statement = Statement(
            purpose=Purpose.PROFILING, channel=channel, status=status, at=clock.now(), source=source, evidence=evidence
        )
        state_consent(customer_id, statement, by=by)


@transaction.atomic
def retract_consents(ids: Sequence[int], *, by: Principal, cause: str) -> int:
    """Take back statements that were recorded in error (an import that is undone); returns how many.

    The ledger only grows: behind each statement comes one of the same moment that says again what stood before it, or
    “withdrawn” where nothing did. What the customer has said since stands. A retracted statement can be recorded again.
    cause: why, as the source of the new row. Raises Denied.
    """
    require(by, Permission.EDIT_CONSENTS)
    hold_customers()
    retracted: list[Consent] = []
    for start in range(0, len(ids), _STEP):
        retracted += _retract_step(ids[start : start + _STEP], set(ids), f"{_RETRACTED}{cause}"[:60])
    if retracted:
        mark_dirty({row.customer_id for row in retracted})
        entry = Entry(Noun("consents", ""), payload={"retracted": len(retracted)}, count=len(retracted))
        record_acts("consent.retracted", [entry], by=by.actor)
    return len(retracted)


@transaction.atomic
def erase_consents(ids: Sequence[int]) -> None:
    """Take the words of evidence of erased people; that they agreed or refused stays countable. Part of an erasure."""
    Consent.objects.filter(customer__in=list(ids)).update(evidence="", source="")


def _record_step(rows: Sequence[NewConsent], by: Principal) -> list[Recorded]:
    now = clock.now()
    seen = visible_ids(by, {row.customer_id for row in rows})
    known = _standing_in_the_ledger(seen)
    fresh: dict[tuple, Consent] = {}
    answers: list[Recorded | tuple] = []
    for row in rows:
        try:
            if row.customer_id not in seen:
                raise Refused("consents.customer_not_found", _NOT_FOUND)
            check_statement(row.statement, now=now)
        except Refused as refused:
            answers.append(Recorded(refused=refused))
            continue
        consent = _consent_of(row)
        key = _key(consent)
        if key in known or key in fresh:
            answers.append(key)
        else:
            fresh[key] = consent
            answers.append((*key, True))
    Consent.objects.bulk_create(fresh.values(), batch_size=_STEP)
    ids = known | {key: consent.pk for key, consent in fresh.items()}
    return [
        answer if isinstance(answer, Recorded) else Recorded(ids[answer[: len(_KEY)]], is_new=len(answer) > len(_KEY))
        for answer in answers
    ]


def _standing_in_the_ledger(customers: Iterable[int]) -> dict[tuple, int]:
    """Statements of some customers by their key, but for those that were taken back."""
    known: dict[tuple, int] = {}
    for consent in Consent.objects.filter(customer__in=customers).only(*_KEY, "source").order_by("pk"):
        if not consent.source.startswith(_RETRACTED):
            known[_key(consent)] = consent.pk
            continue
        for status in ConsentStatus:  # all that was said of this moment before
            known.pop(_key(consent, status=status), None)
    return known


def _retract_step(ids: Sequence[int], all_ids: set[int], source: str) -> list[Consent]:
    ours = {consent.pk: consent for consent in Consent.objects.filter(pk__in=list(ids)).order_by("pk")}
    histories: dict[tuple, list[Consent]] = {}
    people = {consent.customer_id for consent in ours.values()}
    for consent in Consent.objects.filter(customer__in=people).order_by("at", "pk"):
        histories.setdefault(_key(consent)[:_MATTER], []).append(consent)
    rows = []
    for consent in ours.values():
        earlier = [
            row
            for row in histories[_key(consent)[:_MATTER]]
            if (row.at, row.pk) < (consent.at, consent.pk) and row.pk not in all_ids
        ]
        rows.append(_retraction(consent, earlier[-1] if earlier else None, source))
    return Consent.objects.bulk_create(rows, batch_size=_STEP)


def _retraction(consent: Consent, before: Consent | None, source: str) -> Consent:
    return Consent(
        customer_id=consent.customer_id, purpose=consent.purpose, channel=consent.channel, partner=consent.partner,
        at=consent.at, source=source, status=before.status if before else ConsentStatus.WITHDRAWN,
        expires_on=before.expires_on if before else None, evidence=before.evidence if before else "",
        text_version=before.text_version if before else "", language=before.language if before else "",
    )  # fmt: skip


_RETRACTED = "retracted: "  # how the source of a retraction begins
_MATTER = 4  # customer, purpose, channel, partner
_KEY = ("customer_id", "purpose", "channel", "partner", "status", "at")


def _key(consent: Consent, **other: int) -> tuple:
    return tuple(other.get(column, getattr(consent, column)) for column in _KEY)


def _consent_of(row: NewConsent) -> Consent:
    said = row.statement
    return Consent(
        customer_id=row.customer_id, purpose=said.purpose, channel=said.channel, partner=said.partner,
        status=said.status, at=said.at, expires_on=said.expires_on, source=said.source, evidence=said.evidence,
        text_version=said.text_version, language=said.language,
    )  # fmt: skip


def _journal(added: Sequence[NewConsent], by: Principal) -> None:
    counts: dict[str, int] = {}
    for row in added:
        name = f"{row.statement.purpose.name}.{row.statement.status.name}".lower()
        counts[name] = counts.get(name, 0) + 1
    record_acts("consent.recorded", [Entry(Noun("consents", ""), payload=counts, count=len(added))], by=by.actor)
