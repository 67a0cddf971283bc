"""What is set otherwise, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.engage.offers.choices import Issue
from guanxi.engage.policy.queries import RehearsalRow
from guanxi.engage.policy.rules import Line, written
from guanxi.engage.policy.variation import Place, Variation, hundredths_text
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, labelled
from guanxi.ground.money import MINUS
from guanxi.record.signals.choices import Sign, SignalState, label_of


def when_words(row: RehearsalRow, look: Look) -> str:
    """When it was asked for."""
    local = row.asked_at.astimezone(look.now.tzinfo)
    return f"{cells.day_words(local.date(), look.today)} {local:%H:%M}"


def line_words(line: Line) -> str:
    """What a line of the policy is called, with its window."""
    if not line.window_days:
        return str(line.label)
    days = ngettext("within {days} day", "within {days} days", line.window_days).format(days=line.window_days)
    return dotted([line.label, days])


def change_words(variation: Variation, names: Mapping[str, str]) -> list[str]:
    """What is set otherwise, a line each. names: of offers by reference."""
    nothing, no_limit = _("no rule"), _("no limit")
    words = [labelled(line_words(line), written(line) or nothing) for line in variation.lines.values()]
    words += [
        labelled(way.label, no_limit if units is None else cells.number(units))
        for way, units in variation.capacities.items()
    ]
    words += [_("Without levers")] if variation.without_levers else []
    words += [_("Without weights of what is going on")] if variation.without_weights else []
    words += [
        _("Lever on {offer}: {value}").format(offer=names.get(name, name), value=_hundredths(value))
        for name, value in variation.levers.items()
    ]
    words += [labelled(place_words(place), _hundredths(value)) for place, value in variation.weights.items()]
    words += [_("As if published: {offer}").format(offer=names.get(name, name)) for name in variation.offers_in]
    return words + [_("Left out: {offer}").format(offer=names.get(name, name)) for name in variation.offers_out]


def place_words(place: Place) -> str:
    """Where a weight counts."""
    state = SignalState(place.state).label if place.state else "" if place.signal in Sign.values else _("any state")
    return dotted([label_of(place.signal), state, Issue(place.issue).label if place.issue else place.offer])


def _hundredths(value: int) -> str:
    return hundredths_text(value).replace("-", MINUS)
