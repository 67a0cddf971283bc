"""What customers cost and spend by the years they have stayed, in lines (LOY-04)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look

_MOST_YEARS = 5  # more are counted together (insight.appraisal.tenure)


def tenure_head(look: Look) -> tuple[str, str]:
    """The heads of the columns of money."""
    return cells.with_sign(_("Contacts cost"), look.currency), cells.with_sign(_("Spent"), look.currency)


def tenure_lines(found: Iterable[Mapping[str, Any]], look: Look) -> list[Line]:
    """A line a year: customers, contacts and their cost of each, what each spent, and the share bought on promotion."""
    return [
        Line(
            _years(row["years"]),
            (
                cells.number(row["customers"]),
                cells.decimals(row["contacts"]),
                cells.whole_amount(round(row["cost"]), look.currency),
                cells.whole_amount(round(row["spent"]), look.currency),
                cells.NOTHING if row["promoted"] is None else cells.percent(row["promoted"]),
            ),
        )
        for row in found
    ]


def _years(years: int) -> str:
    if not years:
        return _("less than a year")
    if years >= _MOST_YEARS:
        return _("{count} years and more").format(count=years)
    return ngettext("{count} year", "{count} years", years).format(count=years)
