"""Supposing: customers moved, and what that lets one suppose is said in the same transaction, each thing once.

A key says what is supposed of whom about what: the same again writes nothing, and nothing that a person refuted or time
has ended is opened by it.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from guanxi.ground.ids import new_codes
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.catalogue.centres import distance_to_centre
from guanxi.record.catalogue.matching import Place, Register, is_correction
from guanxi.record.catalogue.queries import estate_register
from guanxi.record.consents.queries import consent_now, is_profiled
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.queries.moves import Move, Settled, moves_between, places_left
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import SUPPOSED
from guanxi.record.signals.rules.moving import DEFAULTS, Estate, Supposition, months_before, suppositions_of

_STEP = 500
_COLUMNS = (
    "code key customer_id kind state occurred_on detected_on severity at_stake probability evidence detector_version"
    " digest changed_on judged_from note"
).split()


@dataclass(frozen=True, slots=True)
class Supposed:
    """One supposition that is new in the record."""

    code: str
    key: str
    kind: SignalKind
    move: Move
    chance: float
    evidence: dict[str, Any]


def suppose_moves(moves: Sequence[Move], *, by: Principal, on: dt.date | None = None) -> list[Supposed]:
    """Say what these moves let one suppose, and return what was not known before; in the caller's transaction, whose act
    has asked for the right. What was supposed of a place that somebody has left again is given up.

    Organisations have no home, and of customers who want no advice from own data nothing is concluded.
    """
    day = on or firm_day()
    people = [move for move in moves if move.kind == CustomerKind.PERSON]
    said = consent_now([move.customer_id for move in people], on=day)
    people = [move for move in people if is_profiled(said.get(move.customer_id, []))]
    if not people:
        return []
    register = estate_register({place.city for move in people for place in (move.old, move.new)})
    given = _given()
    found: list[Supposed] = []
    for start in range(0, len(people), _STEP):  # whole people: what one move lets one suppose is stored together
        found += _store(
            [made for move in people[start : start + _STEP] for made in _made_of(move, register, given)], by, day
        )
    return found


def suppose_missed(*, by: Principal, on: dt.date) -> list[Supposed]:
    """What the moves of the last months let one suppose that was not supposed then, because the register did not know the
    estate yet; and the end of what rests on an address that is there no more. Nightly; again, it writes nothing.
    """
    require(by, Permission.RUN_REFRESH)
    _give_up_ungrounded(by, on)
    found: list[Supposed] = []
    for moves in moves_between(months_before(on, int(_given()["new_home.months"])), on):
        with transaction.atomic():
            found += suppose_moves(moves, by=by, on=on)
    return found


def _made_of(move: Move, register: Register, given: Mapping[str, float]) -> list[Supposed]:
    old, new = _place_of(move.old, register), _place_of(move.new, register)
    is_same_estate = old is not None and new is not None and old.id == new.id
    is_mended = is_correction(move.old.text, move.new.text) and not (move.again and new is not None)
    if is_same_estate or is_mended:
        return []
    estate = None if new is None else Estate(new.code, new.handover_on, distance_to_centre(new))
    return [_supposed(one, move) for one in suppositions_of(move.on, estate, given)]


def _place_of(settled: Settled, register: Register) -> Place | None:
    named = register.place(settled.estate_id) if settled.estate_id else None
    return named or register.find(settled.text, city=settled.city, district=settled.district)


def _given() -> dict[str, float]:
    return DEFAULTS | {name: float(value) for name, value in firm().thresholds.items() if name in DEFAULTS}


def _supposed(one: Supposition, move: Move) -> Supposed:
    on = move.on.isoformat()
    evidence = {
        "table": "addresses", "customer_id": move.customer_id, "from": on, "to": on, "measure": "move", "given": {},
        "figures": {"address": move.address_id, **one.figures},
    }  # fmt: skip
    return Supposed("", _key(one.kind, move, one.about), one.kind, move, one.chance, evidence)


def _key(kind: SignalKind, move: Move, about: str) -> str:
    return sha256(f"{kind}|{move.code}|{about}".encode()).hexdigest()[:32]


def _store(found: Sequence[Supposed], by: Principal, day: dt.date) -> list[Supposed]:
    """Write what is new and give up what it takes the place of."""
    codes = new_codes(len(found))
    rows = [_row(code, one, day) for code, one in zip(codes, found, strict=True)]
    if not rows:
        return []
    places = ", ".join([f"({', '.join(['%s'] * len(_COLUMNS))})"] * len(rows))
    table, columns = Signal._meta.db_table, ", ".join(_COLUMNS)
    sql = f"INSERT INTO {table} ({columns}) VALUES {places} ON CONFLICT (key) DO NOTHING RETURNING code"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(sql, [cell for row in rows for cell in row])
        written = {code for (code,) in cursor.fetchall()}
    fresh = [
        Supposed(code, one.key, one.kind, one.move, one.chance, one.evidence)
        for code, one in zip(codes, found, strict=True)
        if code in written
    ]
    entries = [
        Entry(Noun("signal", one.code), {"kind": one.kind, "customer": one.move.code}, one.move.code) for one in fresh
    ]
    if entries:
        record_acts("signal.supposed", entries, by=by.actor)
        _give_up_former(fresh, {one.key for one in found}, by, day)
    return fresh


def _row(code: str, one: Supposed, day: dt.date) -> list[Any]:
    state, on = SignalState.HYPOTHESISED.value, one.move.on.isoformat()
    return [
        code, one.key, one.move.customer_id, one.kind.value, state, on, day.isoformat(), one.chance, 0, one.chance,
        json.dumps(one.evidence), 1, "", day.isoformat(), "", "",
    ]  # fmt: skip


def _give_up_former(fresh: Iterable[Supposed], stated: set[str], by: Principal, day: dt.date) -> None:
    """One lives in one place: what was supposed of the place before, or of this one with less known, is given up."""
    customers = {one.move.customer_id for one in fresh}
    former = Signal.objects.filter(customer__in=customers, kind__in=SUPPOSED, state=SignalState.HYPOTHESISED)
    _give_up(list(former.exclude(key__in=stated).values_list("pk", flat=True)), by, day)


def _give_up_ungrounded(by: Principal, day: dt.date) -> None:
    standing = Signal.objects.filter(kind__in=SUPPOSED, state=SignalState.HYPOTHESISED)
    grounds = dict(standing.values_list("pk", "evidence__figures__address"))
    left = places_left({address for address in grounds.values() if address})
    with transaction.atomic():
        _give_up([pk for pk, address in grounds.items() if address in left], by, day)


def _give_up(ids: Sequence[int], by: Principal, day: dt.date) -> None:
    there = list(Signal.objects.filter(pk__in=ids).order_by("pk").values_list("code", "kind", "customer__code"))
    Signal.objects.filter(pk__in=ids).update(state=SignalState.EXPIRED, changed_on=day, closed_on=day)
    entries = [Entry(Noun("signal", code), {"kind": kind, "customer": whose}, whose) for code, kind, whose in there]
    if entries:
        record_acts("signal.given_up", entries, by=by.actor)
