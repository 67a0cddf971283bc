"""Organisations by scale, volume and credit, three grades each, and by type: counted, and who they are (SEG-06)."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.faces.desk.customers.declaring import cell_words, firm_cuts
from guanxi.faces.desk.insight.behind import BehindPage, line_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import customer_rows
from guanxi.record.declarations.choices import Fact, Grade
from guanxi.record.declarations.queries import Portfolio, organisations_graded, organisations_in
from guanxi.record.declarations.rules import TYPES, Cell

_PAGE = 100
_GRADES = [grade for grade in Grade if grade]


@dataclass(frozen=True)
class Face:
    """One grade of credit: rows of scale from high to low, each with (how many, address) by volume."""

    title: str
    rows: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Matrix:
    """The cube in three faces, what is not known enough, and the types."""

    faces: list[Face]
    volumes: list[str]
    lacking: list[tuple[str, str, str]]
    types: list[tuple[str, str, str]]
    is_empty: bool


@require_safe
def organisations(request: FaceRequest) -> HttpResponse:
    """The matrix; of one cell or type the customers, the most valuable first."""
    wanted = asked(request, "cell", "type")
    require(request.principal, Permission.VIEW_STANDING)
    look, cell, of_type = look_of(request), wanted["cell"], _type(wanted["type"])
    if cell and (len(cell) != 3 or not set(cell) <= set("0123")):
        raise BadRequest("no cell of ours")
    if cell or of_type:
        found = organisations_in(look.principal, firm_cuts(), cell=cell, of_type=of_type, limit=_PAGE)
        title = str(of_type.label) if of_type else cell_words(_cell(cell))
        return render(request, "insight/behind.html", {"page": _behind(found, title, look)})
    return render(
        request, "insight/organisations.html", {"page": matrix_of(organisations_graded(look.principal, firm_cuts()))}
    )


def matrix_of(found: Portfolio) -> Matrix:
    """The page of the counted cells."""
    faces = [
        Face(
            _("Credit {grade}").format(grade=credit.label),
            [
                (
                    _("Scale {grade}").format(grade=scale.label),
                    [_count(found, f"{scale}{volume}{credit}") for volume in _GRADES],
                )
                for scale in reversed(_GRADES)
            ],
        )
        for credit in reversed(_GRADES)
    ]
    here = reverse("organisations")
    lacking = [
        (cell_words(_cell(code)), cells.number(count), f"{here}?cell={code}")
        for code, count in sorted(found.cells.items(), reverse=True)
        if "0" in code
    ]
    types = [
        (str(fact.label), cells.number(count), f"{here}?type={fact.name.lower()}")
        for fact, count in found.types.items()
    ]
    volumes = [_("Volume {grade}").format(grade=grade.label) for grade in _GRADES]
    return Matrix(faces, volumes, lacking, types, not found.cells)


def _count(found: Portfolio, code: str) -> tuple[str, str]:
    count = found.cells.get(code, 0)
    return (cells.number(count), f"{reverse('organisations')}?cell={code}") if count else (cells.NOTHING, "")


def _behind(found: list[tuple[int, str]], title: str, look: Look) -> BehindPage:
    by_id = {row.id: row for row in customer_rows([customer for customer, _code in found], look.principal)}
    lines = [
        line_of(by_id[customer], look, what=cell_words(_cell(code)), on=by_id[customer].last_contact_on)
        for customer, code in found
        if customer in by_id
    ]
    return BehindPage(
        title, _("the most valuable first, at most a hundred"), cells.with_sign(_("Value"), look.currency), lines,
        [(reverse("organisations"), _("All organisations"), False)], when_head=_("Last contact"),
        none=_("No organisation whom you see stands here."),
    )  # fmt: skip


def _cell(code: str) -> Cell:
    return Cell(*(Grade(int(digit)) for digit in code))


def _type(name: str) -> Fact | None:
    found = next((fact for fact in TYPES if fact.name.lower() == name), None)
    if name and found is None:
        raise BadRequest("no type of ours")
    return found
