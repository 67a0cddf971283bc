"""Reads of the outbox."""

from dataclasses import dataclass
from datetime import datetime

from guanxi.ground.outbox.choices import OutgoingStatus
from guanxi.ground.outbox.models import Outgoing


@dataclass(frozen=True)
class OutgoingLine:
    """One row to show; never its body."""

    id: int
    channel: str
    key: str
    status: OutgoingStatus
    attempts: int
    receipt: str
    trouble: str
    created_at: datetime


def unsettled(limit: int = 100) -> list[OutgoingLine]:
    """Rows that need a person: unknown or failed, oldest first."""
    rows = Outgoing.objects.filter(status__in=(OutgoingStatus.UNKNOWN, OutgoingStatus.FAILED)).order_by("pk")
    return [_line(row) for row in rows.defer("cipher")[:limit]]


def find_outgoing(channel: str, key: str) -> OutgoingLine | None:
    """The row of that channel and key, or None."""
    row = Outgoing.objects.filter(channel=channel, key=key).first()
    return _line(row) if row else None


def _line(row: Outgoing) -> OutgoingLine:
    return OutgoingLine(
        id=row.pk,
        channel=row.channel,
        key=row.key,
        status=OutgoingStatus(row.status),
        attempts=row.attempts,
        receipt=row.receipt,
        trouble=row.trouble,
        created_at=row.created_at,
    )
