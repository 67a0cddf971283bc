"""A list as a page: sentence, tabs of views, chips, heads, rows or groups, the way on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.lists.filters import Filters, Option, carried_of, filters_of
from guanxi.faces.shared.lists.groups import GroupTable, group_table
from guanxi.faces.shared.lists.rows import Pen, compiled, css_of
from guanxi.faces.shared.lists.tabs import Views, views_bar
from guanxi.faces.shared.words import dotted
from guanxi.ground.sheets import Column, Kind, Listed
from guanxi.identity.permissions import Permission, may
from guanxi.record.imports.queries import importable_kinds

_PEEKED = ("customer", "action")  # pages that have a preview below them


@dataclass(frozen=True)
class Head:
    """One head of a column; `href` sorts by it, `sorted` says in which direction it is. `width` in pixels, 0 as it comes."""

    label: str
    css: str
    href: str
    sorted: str
    name: str = ""
    width: int = 0


@dataclass(frozen=True)
class Empty:
    """What an empty list says, its one button, and a table to fill in for those who may bring a file."""

    what: str
    why: str
    href: str
    button: str
    sample: str = ""


@dataclass(frozen=True)
class ColumnChoice:
    """A column in the menu of columns; the first one always stays."""

    name: str
    label: str
    is_shown: bool
    is_fixed: bool


@dataclass(frozen=True)
class ListPage:
    """Everything a list shows. `legend` names the figures where there is no head above them, on the phone; `problem` says
    why a condition was not taken; `peeks`: rows open beside the list; `remark` is words below the rows and where more is
    said; `widths` is where the widths of columns are kept, "" where nobody keeps them.
    """

    title: str
    noun: str
    sentence: str
    question: str
    count: int
    carried: list[tuple[str, str]]
    filters: Filters | None
    views: Views
    heads: list[Head]
    rows: SafeString
    columns: list[ColumnChoice]
    grouped: list[Option]
    groups: GroupTable | None
    first: str
    next: str
    empty: Empty | None
    places: dict[str, str]
    may_export: bool
    legend: str = ""
    problem: str = ""
    ticks: bool = False
    bulk: list[Option] = field(default_factory=list)
    chosen: str = ""
    count_words: str = ""
    acts: list[Option] = field(default_factory=list)
    widths: str = ""
    remark: tuple[str, str] | None = None
    peeks: bool = False


def list_page(asked: AskedList, found: Listed[Any], *, problem: str = "") -> ListPage:
    """The page of a list."""
    noun, look, question = asked.noun, asked.look, asked.question
    columns = shown_columns(asked)
    nobody_at_all = not (found.rows or found.groups or question.all_of or question.after or asked.view)
    return ListPage(
        title=str(noun.sheet.label),
        noun=noun.sheet.noun,
        sentence=_sentence(asked, found),
        question=question.changed().text(),
        count=found.count,
        carried=carried_of(asked),
        filters=None if nobody_at_all else filters_of(asked),
        views=views_bar(asked),
        heads=[_head(column, asked, found) for column in columns],
        rows=rows_of(asked, columns, found.rows, ticks=bool(noun.bulk_for(look.principal))),
        columns=_column_choices(asked, columns),
        grouped=_groupings(asked),
        groups=group_table(asked, found) if question.group_by else None,
        first=asked.href(question.changed()) if question.after else "",
        next=asked.href(question.changed(after=found.next)) if found.next else "",
        empty=None if found.rows or found.groups else _empty(asked),
        places={name: asked.place(name) for name in ("condition", "columns", "file", "views", "quick")},
        may_export=may(look.principal, Permission.EXPORT) and not nobody_at_all,
        legend=legend_of(asked, columns),
        problem=problem,
        ticks=bool(noun.bulk_for(look.principal)),
        bulk=[Option(str(one.label), reverse(one.place)) for one in noun.bulk_for(look.principal)],
        chosen=str(noun.chosen).format(count="%s"),
        count_words=count_words(found),
        acts=_acts(asked),
        peeks=noun.opens_for(look.principal) in _PEEKED,
        remark=noun.remark([column.name for column in columns], found.rows),
        widths=reverse(f"{noun.name}_view_widths", args=[asked.view.code])
        if asked.view and asked.view.may_change
        else "",
    )


def shown_columns(asked: AskedList) -> tuple[Column, ...]:
    """The columns asked for, else the usual ones without those that say the same in every row."""
    columns = asked.noun.sheet.columns_named(asked.question.columns)
    if asked.question.columns:
        return columns
    return tuple(column for column in columns if column.name not in asked.hidden)


def label_of(column: Column, asked: AskedList) -> str:
    """The head of a column; of money with its currency."""
    if column.kind == Kind.MONEY:
        return cells.with_sign(column.label, asked.look.currency)
    return str(column.label)


def rows_of(
    asked: AskedList, columns: tuple[Column, ...], rows: Sequence[Any], *, begin: bool = False, ticks: bool = False
) -> SafeString:
    """The rows of the table; `begin`: the keyboard stands on the first one, so that Enter opens it; `ticks`: with boxes."""
    noun, look = asked.noun, asked.look
    pen = Pen(look.today, look.currency, str(look.now.tzinfo))
    place = noun.opens_for(look.principal)
    base = reverse(place, args=["2" * 12]) if place else ""

    def href(code: str) -> str:
        return base.replace("2" * 12, code) if base else ""

    return compiled(columns, noun.drawing).render(rows, pen, href, begin=begin, ticks=ticks)


def _sentence(asked: AskedList, found: Listed[Any]) -> str:
    if not found.count:
        return ""
    words = asked.noun.counted(found.count).format(count=count_words(found))
    return _("{count} fit").format(count=words) if asked.question.all_of else words


def count_words(found: Listed[Any]) -> str:
    """How many rows fit: 353, or 10,000+."""
    return cells.number(found.count) + "+" * found.is_more


def _head(column: Column, asked: AskedList, found: Listed[Any]) -> Head:
    label, css = label_of(column, asked), css_of(column, asked.noun.drawing)
    width = asked.view.widths.get(column.name, 0) if asked.view else 0
    sorts = {sort.removeprefix("-"): sort for sort in asked.noun.sheet.sorts}
    is_too_long = found.is_more and asked.noun.walks and column.name not in asked.noun.walks
    if (
        is_too_long
        or column.name not in sorts
        or not asked.noun.sheet.may_ask(column.name, asked.look.principal.clear_fields)
    ):
        return Head(label, css, "", "", column.name, width)
    now = asked.question.sort
    is_current = now.column == column.name
    falls = not now.descending if is_current else sorts[column.name].startswith("-")
    wanted = asked.noun.sheet.sort_named(f"-{column.name}" if falls else column.name, asked.look.principal.clear_fields)
    sorted_ = ("descending" if now.descending else "ascending") if is_current else ""
    return Head(label, css, asked.href(asked.question.changed(sort=wanted)), sorted_, column.name, width)


def _column_choices(asked: AskedList, columns: tuple[Column, ...]) -> list[ColumnChoice]:
    shown = {column.name for column in columns}
    rest = [column for column in asked.noun.sheet.columns if column.name not in shown]
    first = columns[0].name
    return [
        ColumnChoice(column.name, str(column.label), column.name in shown, column.name == first)
        for column in (*columns, *rest)
    ]


def _groupings(asked: AskedList) -> list[Option]:
    """By what the list may be grouped, and not at all."""
    clear, now = asked.look.principal.clear_fields, asked.question.group_by
    offered = [c for c in asked.noun.sheet.columns if c.grouped and asked.noun.sheet.may_ask(c.name, clear)]
    options = [
        Option(str(c.label), asked.href(asked.question.changed(group_by=c.name)), c.name == now)
        for c in offered
        if c.name not in asked.hidden
    ]
    return [*options, Option(_("Not grouped"), asked.href(asked.question.changed(group_by="")))] if now else options


def _acts(asked: AskedList) -> list[Option]:
    """The ways in: by file, where the person may and the page is there."""
    noun = asked.noun
    if noun.imports not in importable_kinds(asked.look.principal):
        return []
    return [Option(_("Import"), reverse("import_new", args=[noun.imports]))]


def legend_of(asked: AskedList, columns: tuple[Column, ...]) -> str:
    """The figures by name, for the phone."""
    told = [column for column in columns if column.kind == Kind.MONEY][:1]
    told += [column for column in columns[-1:] if column.kind in (Kind.DATE, Kind.MOMENT, Kind.NUMBER)]
    return dotted(label_of(column, asked) for column in told)


def _empty(asked: AskedList) -> Empty:
    if asked.question.after:
        start = asked.href(asked.question.changed())
        return Empty(_("The list ends here"), _("There is nothing more in this order."), start, _("From the start"))
    if asked.question.all_of:
        bare = asked.href(asked.question.changed(all_of=()))
        return Empty(_("Nothing fits"), _("Take one condition away, or look at all of them."), bare, _("Show all"))
    noun, (what, why) = asked.noun, (str(asked.noun.nothing), str(asked.noun.why))
    if acts := _acts(asked):
        return Empty(what, why, acts[0].href, _("Import a file"), reverse("import_sample", args=[noun.imports]))
    if noun.begins and may(asked.look.principal, noun.begins.permission):
        return Empty(what, why, reverse(noun.begins.place), str(noun.begins.label))
    return Empty(what, why, reverse("today"), _("Back to Today"))
