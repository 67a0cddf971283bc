"""What stands around the form of a rehearsal: why there is nothing to rehearse, and what was rehearsed before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.engage.offers.candidates import names_of
from guanxi.engage.policy.queries import RehearsalRow
from guanxi.faces.desk.rehearsals.forms import RehearsalForm
from guanxi.faces.desk.rehearsals.wording import change_words, place_words, when_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed
from guanxi.identity.queries import staff_seen_by


@dataclass(frozen=True)
class Earlier:
    """A rehearsal that was asked for before."""

    href: str
    when: str
    who: str
    words: str
    state: str


@dataclass(frozen=True)
class AskingPage:
    """What stands around the form; `empty` where there is nothing to rehearse."""

    empty: str
    empty_href: str
    empty_button: str
    earlier: list[Earlier]
    weights: list[tuple[str, Any]]
    has_levers: bool


def asking_page(form: RehearsalForm, rows: Sequence[RehearsalRow], look: Look, *, has_figures: bool) -> AskingPage:
    """What stands around the form of a rehearsal."""
    empty, href, button = "", "", ""
    if not has_figures:
        empty, href, button = (
            _("There are no figures yet: they are computed at night."),
            reverse("standing"),
            _("Insight"),
        )
    elif not form.offers:
        empty, href, button = _("There is no offer yet that could be weighed."), reverse("offers"), _("Offers")
    ids = {row.asked_by for row in rows if row.asked_by}
    people = dict(staff_seen_by(look.principal).filter(pk__in=ids).values_list("pk", "name"))
    called = names_of(
        {name for row in rows for name in (*row.variation.levers, *row.variation.offers_in, *row.variation.offers_out)}
    )
    return AskingPage(
        empty,
        href,
        button,
        earlier=[_earlier(row, (people, called), look) for row in rows],
        weights=[(place_words(place), bound) for place, bound in form.weight_fields()],
        has_levers=bool(form.policy.levers or form.policy.weights),
    )


def _earlier(row: RehearsalRow, names: tuple[Mapping[int, str], Mapping[str, str]], look: Look) -> Earlier:
    people, called = names
    words = listed(change_words(row.variation, called)[:3]) or _("The firm’s policy as it stands")
    state = _("under way") if not row.is_finished else _("came to nothing") if row.result is None else ""
    if row.result:
        own, other = row.result["own"], row.result["other"]
        numbers = [side["contacted"] for side in (own, other) if side]
        words_of = ngettext("{number} customer contacted", "{number} customers contacted", numbers[-1])
        state = words_of.format(number=" → ".join(cells.number(one) for one in numbers))
    return Earlier(
        reverse("rehearsal", args=[row.code]), when_words(row, look), people.get(row.asked_by or 0, ""), words, state
    )
