"""What a customer declares of himself, as his page shows it: of an organisation its cell, its types and its people (SEG-06, SEG-10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.customers.panels import Figure
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, listed
from guanxi.ground.money import from_minor, minor_digits
from guanxi.identity.permissions import Permission, may
from guanxi.identity.queries import firm
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.queries import Head
from guanxi.record.customers.queries.employees import employees_of
from guanxi.record.declarations.choices import Fact, Grade
from guanxi.record.declarations.permissions import NOTE
from guanxi.record.declarations.queries import Declared, declared_of, version_of
from guanxi.record.declarations.rules import COUNTED, OF_KIND, TRAITS, TYPES, Cell, Cuts, cell_of, cuts_of
from guanxi.record.holdings.lacking import open_needs
from guanxi.record.standing.queries import standings_of


@dataclass(frozen=True)
class Declaring:
    """Everything the part shows; `flags`: (fact, words, whether it holds) of the form."""

    heading: str
    lines: list[Figure]
    flags: list[tuple[int, str, bool]]
    is_organisation: bool
    may_note: bool
    today: str
    version: int = 0
    amounts: Mapping[str, str] = field(default_factory=dict)
    grades: list[tuple[int, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    people_words: str = ""


def declaring_of(head: Head, look: Look) -> Declaring:
    """What the customer declared; of an organisation also where it stands and what is open (at most nine queries)."""
    found = declared_of(head.id, principal=look.principal)
    stated = {one.fact: one for one in found}
    of_kind = OF_KIND.get(head.kind, ())
    flags = [(fact.value, str(fact.label), fact in stated) for fact in of_kind if fact not in COUNTED]
    may_note, today = may(look.principal, NOTE), look.today.isoformat()
    version = version_of(head.id) if may_note else 0
    if head.kind != CustomerKind.ORGANISATION:
        lines = _flag_lines(TRAITS, stated, look)
        return Declaring(
            heading=_("Declared, for service only"), lines=lines, flags=flags, is_organisation=False, may_note=may_note,
            today=today, version=version,
        )  # fmt: skip
    people = employees_of(head.id, look.principal)
    words = ngettext("{count} linked employee", "{count} linked employees", people.linked).format(
        count=cells.number(people.linked)
    )
    not_yet = _("{count} not customers").format(count=cells.number(people.not_yet))
    return Declaring(
        heading=_("As an organisation"),
        lines=[*_cell_lines(head, stated, look), *_flag_lines(TYPES, stated, look), *_need_lines(head, look)],
        flags=flags,
        is_organisation=True,
        may_note=may_note,
        today=today,
        version=version,
        amounts={fact.name.lower(): _written(stated.get(fact), look) for fact in COUNTED},
        grades=[(grade.value, str(grade.label)) for grade in Grade if grade],
        people=people.named,
        people_words=dotted([words, not_yet]) if people.linked else "",
    )


def firm_cuts() -> Cuts:
    """Where the grades begin in this firm."""
    house = firm()
    return cuts_of(house.thresholds, minor=10 ** minor_digits(house.currency))


def cell_words(cell: Cell) -> str:
    """Scale 2, volume 3, credit not known."""
    return _("Scale {scale}, volume {volume}, credit {credit}").format(
        **{
            name: _grade(grade)
            for name, grade in (("scale", cell.scale), ("volume", cell.volume), ("credit", cell.credit))
        }
    )


def _grade(grade: int) -> str:
    return str(int(grade)) if grade else _("not known")


def _cell_lines(head: Head, stated: Mapping[Fact, Declared], look: Look) -> list[Figure]:
    volume = None
    if may(look.principal, Permission.VIEW_STANDING):
        standing = standings_of([head.id], look.principal).get(head.id)
        volume = standing.volume if standing else None
    cell = cell_of({fact: one.amount for fact, one in stated.items()}, volume, firm_cuts())
    lines = [
        Figure(
            _("Cell"),
            cell_words(cell),
            href=f"{reverse('organisations')}?cell={cell.code}",
            note=_("each from 1, low, to 3, high"),
        )
    ]
    if not may(look.principal, Permission.VIEW_STANDING):
        lines = []
    for fact in COUNTED:
        if fact in stated:
            lines.append(Figure(str(fact.label), _amount(stated[fact], look), note=_told(stated[fact], look)))
    if volume is not None:
        lines.append(
            Figure(
                _("Volume with us a year"),
                cells.money(volume, look.currency),
                note=_("dealings, and the mean of the balances"),
            )
        )
    return lines


def _flag_lines(facts: tuple[Fact, ...], stated: Mapping[Fact, Declared], look: Look) -> list[Figure]:
    there = [stated[fact] for fact in facts if fact in stated]
    if not there:
        return []
    label = _("Type") if facts is TYPES else _("Says of themselves")
    latest = max(there, key=lambda one: one.told_on)
    return [Figure(label, listed(str(one.fact.label) for one in there), note=_told(latest, look))]


def _need_lines(head: Head, look: Look) -> list[Figure]:
    found = open_needs(head.id, principal=look.principal)
    if not found:
        return []
    note = _("had by {share} or more of {peers} organisations with the same products").format(
        share=cells.percent(found[-1].holders / found[-1].peers), peers=cells.number(found[0].peers)
    )
    return [Figure(_("Open needs"), listed(one.product for one in found), note=note)]


def in_words(one: Declared, look: Look) -> tuple[str, str]:
    """One fact as (what, value): of an amount its name and the figure, of a type or trait what it is one of and its name."""
    if one.fact in COUNTED:
        return str(one.fact.label), _amount(one, look)
    return _("Type") if one.fact in TYPES else _("Says of themselves"), str(one.fact.label)


def _amount(one: Declared, look: Look) -> str:
    if one.fact == Fact.TURNOVER:
        return cells.money(one.amount, look.currency)
    return str(Grade(one.amount).label) if one.fact == Fact.CREDIT else cells.number(one.amount)


def _told(one: Declared, look: Look) -> str:
    return dotted([one.source, cells.short_date(one.told_on, look.today)])


def _written(one: Declared | None, look: Look) -> str:
    if one is None:
        return ""
    amount: Decimal | int = from_minor(one.amount, look.currency) if one.fact == Fact.TURNOVER else one.amount
    return (
        f"{amount:f}".rstrip("0").rstrip(".") if isinstance(amount, Decimal) and "." in f"{amount:f}" else str(amount)
    )


def stated_of(sent: Mapping[str, Any], *, currency: str) -> dict[int, int]:
    """What a form says, as facts and amounts: turnover in whole units is kept in minor ones."""
    found = {int(fact): 1 for fact in sent["flags"]}
    for fact in COUNTED:
        amount = sent[fact.name.lower()]
        if amount is not None:
            found[fact.value] = amount * 10 ** minor_digits(currency) if fact == Fact.TURNOVER else amount
    return found
