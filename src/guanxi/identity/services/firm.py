"""The firm itself: founded once, declared a demo or not, its thresholds and its calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from guanxi.ground import clock, money
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import DayChange, Firm, Team
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act

MAX_NAME = 60


@transaction.atomic
def found_firm(*, by: Principal, name: str, currency: str, zone: str, language: str) -> Firm:
    """Write the one firm and the top of its tree. Refused when there is one already, or for an unknown currency or zone."""
    if Firm.objects.exists():
        raise Refused("firm.exists", gettext_noop("This installation already has a firm."))
    clock.zone_named(zone)
    money.minor_digits(currency)
    firm = Firm.objects.create(pk=1, name=name, currency=currency, zone=zone, language=language, created_at=clock.now())
    Team.objects.create(name=name, kind=TeamKind.FIRM, lo=1, hi=1)
    record_act("firm.founded", by=by.actor, noun=Noun("firm", "1"), payload={"name": name, "currency": currency})
    return firm


@transaction.atomic
def declare_demo(*, by: Principal, is_demo: bool) -> None:
    """Say whether this firm is a demo: only in one do the demo's public sign-ins open (`sign_in_is_closed`)."""
    require(by, Permission.ADMINISTER)
    Firm.objects.filter(pk=1).update(is_demo=is_demo)
    record_act("firm.demo_declared", by=by.actor, noun=Noun("firm", "1"), payload={"is_demo": is_demo})


@transaction.atomic
def set_threshold(name: str, value: float | None, *, by: Principal) -> None:
    """Override a threshold by name, or let its default count again (None). The room that owns it has checked the value.

    Counts from the next refresh on. Nothing happens where it stands so already.
    """
    require(by, Permission.ADMINISTER)
    firm = Firm.objects.select_for_update().get(pk=1)
    old = firm.thresholds.get(name)
    if old == value:
        return
    kept = {key: held for key, held in firm.thresholds.items() if key != name}
    firm.thresholds = kept if value is None else kept | {name: value}
    firm.save(update_fields=["thresholds"])
    record_act(
        "firm.threshold_set", by=by.actor, noun=Noun("firm", "1"), payload={"name": name, "old": old, "new": value}
    )


@transaction.atomic
def keep_backtest(detector: str, run: Mapping[str, Any], *, by: Principal) -> None:
    """Keep the last back-test that ran of a detector, in place of the one before. The room that owns it made the figures.

    Nothing happens where it stands so already.
    """
    require(by, Permission.JUDGE_DETECTORS)
    if _store_backtest(detector, "run", run):
        payload = {"detector": detector, "as_of": run.get("as_of")}
        record_act("firm.backtest_run", by=by.actor, noun=Noun("firm", "1"), payload=payload)


@transaction.atomic
def mark_backtest(detector: str, mark: Mapping[str, Any] | None, *, by: Principal) -> None:
    """Note that `by` looked at a back-test, its figures and thresholds with it, or put the detector back on trial (None).

    Counts from the next refresh on. Nothing happens where it stands so already.
    """
    require(by, Permission.JUDGE_DETECTORS)
    if _store_backtest(detector, "mark", mark):
        kind = "firm.backtest_looked_at" if mark else "firm.detector_on_trial"
        record_act(kind, by=by.actor, noun=Noun("firm", "1"), payload={"detector": detector})


@transaction.atomic
def forget_backtests(*, by: Principal) -> None:
    """Forget every back-test and every mark: the customers they were about are no longer there."""
    require(by, Permission.ADMINISTER)
    if Firm.objects.select_for_update().filter(pk=1).exclude(backtests={}).update(backtests={}):
        record_act("firm.backtests_forgotten", by=by.actor, noun=Noun("firm", "1"), payload={})


def _store_backtest(detector: str, part: str, held: Mapping[str, Any] | None) -> bool:
    """Whether anything was written."""
    firm = Firm.objects.select_for_update().get(pk=1)
    parts = firm.backtests.get(detector, {})
    if parts.get(part) == held:
        return False
    kept = {name: value for name, value in parts.items() if name != part}
    firm.backtests = {**firm.backtests, detector: kept if held is None else {**kept, part: dict(held)}}
    firm.save(update_fields=["backtests"])
    return True


@transaction.atomic
def change_day(day: date, *, by: Principal, is_working: bool, name: str = "") -> None:
    """Say of one day whether people work, against the calendar of the country; `name` says why. Again replaces it."""
    require(by, Permission.ADMINISTER)
    clock.of_our_time(day)
    if len(name) > MAX_NAME:
        raise Refused("firm.name_too_long", gettext_noop("The name has more than {most} characters."), most=MAX_NAME)
    DayChange.objects.update_or_create(day=day, defaults={"is_working": is_working, "name": name.strip()})
    payload = {"day": day.isoformat(), "is_working": is_working, "name": name.strip()}
    record_act("firm.day_changed", by=by.actor, noun=Noun("firm", "1"), payload=payload)


@transaction.atomic
def forget_day(day: date, *, by: Principal) -> None:
    """Let the calendar of the country count again for one day."""
    require(by, Permission.ADMINISTER)
    if DayChange.objects.filter(day=day).delete()[0]:
        record_act("firm.day_forgotten", by=by.actor, noun=Noun("firm", "1"), payload={"day": day.isoformat()})
