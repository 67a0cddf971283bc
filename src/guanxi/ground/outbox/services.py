"""The outbox: at most one call for each row, whatever dies in between.

The order of things makes it so: the row is claimed and the claim committed; then the call is made, outside any
transaction; then the outcome is written. Who dies between claim and outcome leaves a claim behind that ends as `unknown`
and is listed for a person. Claims are taken one by one, so a killed worker leaves at most one.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.jobs.leases import release_lease, take_lease
from guanxi.ground.jobs.rules import wait_after
from guanxi.ground.outbox.choices import OutgoingStatus
from guanxi.ground.outbox.models import Outgoing
from guanxi.ground.secrets import keyring

log = logging.getLogger(__name__)

TRIES = 8
_CLAIM = timedelta(minutes=5)
_LEASE = 60.0
_FIELD = {"table": "outbox_outgoing", "column": "cipher"}


class NotSent(Exception):
    """Raised by a channel that knows that nothing left the machine. `again` False means it never will."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.again = again


@dataclass(frozen=True)
class Letter:
    """What a channel is given to send. `id` and `key` stay the same whenever the same thing is sent again."""

    id: int
    key: str
    body: dict[str, Any] = field(repr=False)
    attempt: int = 1


@dataclass
class Drained:
    """What became of the rows of one drain; `is_held` is True when somebody else is draining this channel."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    later: int = 0
    is_held: bool = False


Send = Callable[[Letter], str]


@transaction.atomic
def put(channel: str, *, key: str, body: Mapping[str, Any], not_before: datetime | None = None) -> bool:
    """Have something sent by `channel`, in the caller's transaction; False when this key was put before (any state)."""
    now = clock.now()
    text = json.dumps(body, ensure_ascii=False, default=str)
    cipher = keyring().encrypt(text, **_FIELD, row=f"{channel}:{key}")
    defaults = {"cipher": cipher, "not_before": not_before or now, "created_at": now}
    _, is_new = Outgoing.objects.get_or_create(channel=channel, key=key, defaults=defaults)
    return is_new


def drain(channel: str, *, send: Send, holder: str, limit: int = 1000) -> Drained:
    """Send what is due by `channel`, one row after the other, under a lease on the channel.

    `send` returns the receipt of the other side, or raises NotSent; any other error means that nobody knows.
    Raises TransactionManagementError inside a transaction, where no claim could be committed before its call.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The outbox is drained outside transactions.")
    result = Drained()
    lease = f"outbox:{channel}"
    if not take_lease(lease, holder=holder, seconds=_LEASE):
        result.is_held = True
        return result
    try:
        for _ in range(limit):
            # renewed before every call: each call is far shorter than the lease
            if not take_lease(lease, holder=holder, seconds=_LEASE) or not (row := _claim_next(channel, holder)):
                break
            _send_claimed(row, send, result)
    finally:
        release_lease(lease, holder=holder)
    return result


def settle_dead_claims(channel: str, *, may_repeat: bool = False) -> int:
    """End the claims whose time has run out: unknown, or waiting again for a channel that may repeat itself.

    A channel may repeat itself when the other side knows the same key for the same thing (webhooks). Returns how many.
    """
    dead = Outgoing.objects.filter(channel=channel, status=OutgoingStatus.CLAIMED, lease_until__lte=clock.now())
    if may_repeat:
        return dead.update(status=OutgoingStatus.WAITING, not_before=clock.now(), lease_until=None)
    return dead.update(
        status=OutgoingStatus.UNKNOWN,
        ended_at=clock.now(),
        trouble="The worker ended during the call.",
        lease_until=None,
    )


def resolve_unknown(outgoing_id: int, *, was_sent: bool) -> bool:
    """A person has looked: it was sent, or it is to be sent now. False when the row is not unknown."""
    row = Outgoing.objects.filter(pk=outgoing_id, status=OutgoingStatus.UNKNOWN)
    if was_sent:
        return row.update(status=OutgoingStatus.SENT, trouble="", ended_at=clock.now()) == 1
    return row.update(status=OutgoingStatus.WAITING, trouble="", ended_at=None, not_before=clock.now()) == 1


def hold_all(words: str) -> int:
    """After a restore: what was waiting or being sent when the backup was made may have been sent since. Nobody knows."""
    open_rows = Outgoing.objects.filter(status__in=(OutgoingStatus.WAITING, OutgoingStatus.CLAIMED))
    return open_rows.update(status=OutgoingStatus.UNKNOWN, ended_at=clock.now(), trouble=words[:500], lease_until=None)


def renew_ciphers(*, after: int = 0, limit: int = 500) -> tuple[int, int | None]:
    """Re-encrypt up to `limit` bodies behind id `after` with the current data key, in one transaction.

    Returns (how many were renewed, the last id looked at, None when there was none). For `guanxi rekey`.
    """
    ring = keyring()
    with transaction.atomic():
        rows = list(Outgoing.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
        stale = [row for row in rows if not ring.is_current(bytes(row.cipher))]
        for row in stale:
            place = f"{row.channel}:{row.key}"
            row.cipher = ring.encrypt(ring.decrypt(bytes(row.cipher), **_FIELD, row=place), **_FIELD, row=place)
        Outgoing.objects.bulk_update(stale, ["cipher"])
    return len(stale), rows[-1].pk if rows else None


def _claim_next(channel: str, holder: str) -> Outgoing | None:
    """Claim the oldest row that is due and commit the claim; None when nothing is due."""
    now = clock.now()
    due = Outgoing.objects.filter(channel=channel, status=OutgoingStatus.WAITING, not_before__lte=now)
    while pk := due.order_by("not_before", "pk").values_list("pk", flat=True).first():
        claim = {"status": OutgoingStatus.CLAIMED, "claimed_by": holder, "lease_until": now + _CLAIM}
        if due.filter(pk=pk).update(**claim, attempts=F("attempts") + 1):
            return Outgoing.objects.get(pk=pk)
    return None


def _send_claimed(row: Outgoing, send: Send, result: Drained) -> None:
    """Make the call and write what became of it. Never inside a transaction."""
    plain = keyring().decrypt_text(bytes(row.cipher), **_FIELD, row=f"{row.channel}:{row.key}")
    try:
        receipt = send(Letter(row.pk, row.key, json.loads(plain), row.attempts))
    except NotSent as reason:
        if reason.again and row.attempts < TRIES:
            result.later += 1
            _end(row, OutgoingStatus.WAITING, trouble=str(reason), not_before=clock.now() + wait_after(row.attempts))
        else:
            result.failed += 1
            _end(row, OutgoingStatus.FAILED, trouble=str(reason), ended_at=clock.now())
    except Exception as error:  # the wire went silent in the middle: perhaps it arrived
        log.warning("Outbox %s %s", row.channel, row.key, exc_info=error)
        result.unknown += 1
        _end(row, OutgoingStatus.UNKNOWN, trouble=f"{type(error).__name__}: {error}", ended_at=clock.now())
    else:
        result.sent += 1
        _end(row, OutgoingStatus.SENT, receipt=receipt[:200], ended_at=clock.now())


def _end(row: Outgoing, status: OutgoingStatus, *, trouble: str = "", **changes: Any) -> None:
    claimed = Outgoing.objects.filter(pk=row.pk, status=OutgoingStatus.CLAIMED, attempts=row.attempts)
    claimed.update(status=status, trouble=trouble[:500], lease_until=None, **changes)
