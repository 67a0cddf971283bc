"""Leases: one doer at a time, even when one of them dies without a word."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from guanxi.ground import clock
from guanxi.ground.jobs.models import Lease


def take_lease(name: str, *, holder: str, seconds: float) -> bool:
    """Take or renew the lease `name` for `holder`; False while somebody else holds it.

    It ends by itself: who works under a lease must still be safe when it has run out unnoticed (a unique key, a
    conditional update).
    """
    now = clock.now()
    until = now + timedelta(seconds=seconds)
    with transaction.atomic():
        free = Lease.objects.filter(Q(holder=holder) | Q(until__lte=now), name=name)
        if free.update(holder=holder, until=until):
            return True
        # not get_or_create: where the holder gives it back between its insert and its look, that raises
        Lease.objects.bulk_create([Lease(name=name, holder=holder, until=until)], ignore_conflicts=True)
        return Lease.objects.filter(name=name, holder=holder).exists()


def release_lease(name: str, *, holder: str) -> None:
    """Give a lease back before its end; nothing happens when somebody else holds it."""
    Lease.objects.filter(name=name, holder=holder).delete()
