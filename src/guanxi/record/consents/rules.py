"""Statements of consent: what a row needs to be one, and what stands on a day. Pure; time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from guanxi.ground.clock import parse_day, parse_moment
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked, compatible
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.customers.choices import Channel

# The columns of an import that together make one statement (architecture.md: consent_*).
COLUMNS = (
    "consent_status", "consent_purpose", "consent_channel", "consent_at", "consent_evidence", "consent_source",
    "consent_partner", "consent_expires_on", "consent_text_version", "consent_language",
)  # fmt: skip
_NEEDED = ("consent_purpose", "consent_channel", "consent_at", "consent_evidence")

_INCOMPLETE = gettext_noop("A consent needs purpose, channel, date and evidence; here is no {column}.")
_BARE = gettext_noop(
    "“{column}” says yes or no without purpose, evidence and date, and proves nothing. Map consent_purpose, "
    "consent_channel, consent_at and consent_evidence too."
)
_UNKNOWN = gettext_noop("“{text}” is not known here; use one of: {known}.")
_NO_PARTNER = gettext_noop("A consent to offers of partners names the partner.")
_PARTNER = gettext_noop("Only a consent to offers of partners names a partner.")
_FUTURE = gettext_noop("A consent cannot be given in the future.")
_EXPIRED_BEFORE = gettext_noop("A consent cannot expire before it was given.")
_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")

_STATUSES = (
    dict.fromkeys(("granted", "yes", "y", "true", "1", "opt-in", "同意", "是", "已同意"), ConsentStatus.GRANTED)
    | dict.fromkeys(("denied", "refused", "no", "n", "false", "0", "不同意", "否", "拒绝"), ConsentStatus.DENIED)
    | dict.fromkeys(("withdrawn", "revoked", "opt-out", "撤回", "已撤回", "退订"), ConsentStatus.WITHDRAWN)
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a customer said about one purpose on one channel (for partners' offers: of one partner), with its proof."""

    purpose: Purpose
    channel: Channel
    status: ConsentStatus
    at: datetime
    evidence: str
    source: str
    partner: str = ""
    expires_on: date | None = None
    text_version: str = ""
    language: str = ""


def check_statement(statement: Statement, *, now: datetime) -> None:
    """Raise Refused unless a statement may enter the ledger: granted ones with evidence and source, none in the future,
    a partner exactly where the purpose is partners' offers.
    """
    if statement.status == ConsentStatus.GRANTED:
        for column, text in (("evidence", statement.evidence), ("source", statement.source)):
            if not text.strip():
                raise Refused("consents.incomplete", _INCOMPLETE, column=column)
    if (statement.purpose == Purpose.PARTNER) != bool(statement.partner):
        words = _NO_PARTNER if statement.purpose == Purpose.PARTNER else _PARTNER
        raise Refused("consents.partner", words)
    if statement.at > now:
        raise Refused("consents.in_future", _FUTURE)
    if statement.expires_on is not None and statement.expires_on < statement.at.date():
        raise Refused("consents.expires_before", _EXPIRED_BEFORE)
    for text, most in (
        (statement.evidence, 300),
        (statement.source, 60),
        (statement.partner, 64),
        (statement.text_version, 40),
        (statement.language, 10),
    ):
        if len(checked(text)) > most:
            raise Refused("consents.too_long", _TOO_LONG, length=len(text), most=most)


def stands(status: int, expires_on: date | None, on: date) -> bool:
    """Whether the latest statement allows something on a day: granted, and not expired (its last day counts)."""
    return status == ConsentStatus.GRANTED and (expires_on is None or on <= expires_on)


def refuse_bare_columns(columns: Mapping[str, str] | list[str]) -> None:
    """Raise Refused when a file maps some columns of a consent without those that prove it (trust.md, row 18)."""
    named = [column for column in columns if column.startswith("consent_")]
    missing = [column for column in _NEEDED if column not in columns]
    if named and missing:
        raise Refused("consents.bare_column", _BARE, column=excerpt(named[0]))


def read_statement(cells: Mapping[str, str], *, zone: str, source: str) -> Statement | None:
    """Return the statement that the consent_* cells of a row make; None where they are all empty.

    An empty consent_status is a grant. Raises Refused (consents.incomplete names the missing column; unknown words).
    """
    given = {column: checked(cells[column]).strip() for column in COLUMNS if cells.get(column, "").strip()}
    if not given:
        return None
    for column in _NEEDED:
        if column not in given:
            raise Refused("consents.incomplete", _INCOMPLETE, column=column)
    status = _STATUSES.get(_word(given.get("consent_status", "granted")))
    if status is None:
        raise _unknown(given["consent_status"], "granted, denied, withdrawn")
    return Statement(
        purpose=Purpose(_member(Purpose, given["consent_purpose"])),
        channel=Channel(_member(Channel, given["consent_channel"])),
        status=status,
        at=parse_moment(given["consent_at"], zone),
        evidence=given["consent_evidence"],
        source=given.get("consent_source", source),
        partner=given.get("consent_partner", ""),
        expires_on=parse_day(given["consent_expires_on"]) if "consent_expires_on" in given else None,
        text_version=given.get("consent_text_version", ""),
        language=given.get("consent_language", ""),
    )


def _member(choices: type[Purpose] | type[Channel], text: str) -> int:
    """A member by its name (marketing, sms) or its number."""
    word = _word(text).replace(" ", "_")
    for member in choices:
        if word in {member.name.lower(), str(member.value)}:
            return member.value
    raise _unknown(text, ", ".join(member.name.lower() for member in choices))


def _word(text: str) -> str:
    return compatible(text).strip().casefold()


def _unknown(text: str, known: str) -> Refused:
    return Refused("consents.unknown_word", _UNKNOWN, text=excerpt(text), known=known)
