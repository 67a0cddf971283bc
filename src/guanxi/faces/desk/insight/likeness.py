"""What the customers of tier A have in common and what keeps them there, in words (SEG-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import sentences
from guanxi.record.catalogue.queries import family_names
from guanxi.record.customers.queries.cities import cities_in_order


@dataclass(frozen=True)
class Shared:
    """A feature: how many of A and of all have it, and how many times as often as the others, with its bounds."""

    name: str
    best: str
    everybody: str
    times: str
    span: str


def shared_rows(found: Iterable[Mapping[str, Any]]) -> list[Shared]:
    """The features of the facts, two queries at most."""
    rows = list(found)
    kinds = {row["feature"].split(":", 1)[0] for row in rows}
    cities = dict(cities_in_order()) if "city" in kinds else {}
    families = family_names([row["feature"].split(":", 1)[1] for row in rows if row["feature"].startswith("family:")])
    return [
        Shared(
            name=_name(row["feature"], cities, families),
            best=cells.percent(row["share_best"]),
            everybody=cells.percent(row["share_all"]),
            times=cells.decimals(row["lift"]),
            span=_("{low} to {high}").format(low=cells.decimals(row["low"]), high=cells.decimals(row["high"])),
        )
        for row in rows
    ]


def kept_rows(found: Mapping[str, Any] | None) -> list[Shared]:
    """The traits of who was in tier A and still is; `everybody` is the share of who is not any more."""
    rows = (found or {}).get("features") or ()
    return shared_rows({**row, "share_all": row["share_left"]} for row in rows)


def kept_words(found: Mapping[str, Any] | None, look: Look) -> str:
    """How many stayed in tier A, and what can be said of why."""
    if not found or not found["since"]:
        return _(
            "No tier was published before this one: what keeps customers in tier A can be said from the next day on."
        )
    counts = {name: cells.number(found[name]) for name in ("stayed", "left", "least")}
    day = cells.short_date(date.fromisoformat(found["since"]), look.today)
    words = [_("Of those in tier A on {day}, {stayed} still are and {left} are not.").format(day=day, **counts)]
    if found["features"]:
        words.append(
            _(
                "These traits of then are surely more frequent among who stayed; that they keep them is not proven by it."
            )
        )
    elif min(found["stayed"], found["left"]) < found["least"]:
        words.append(_("At least {least} of each are needed to say what keeps them.").format(**counts))
    else:
        words.append(_("Nothing that was known of them then is surely more frequent among who stayed."))
    return sentences(words)


def _name(feature: str, cities: Mapping[int, str], families: Mapping[str, str]) -> str:
    kind, name = feature.split(":", 1)
    if kind == "city":
        return _("lives in {city}").format(city=cities.get(int(name), name))
    if kind == "family":
        return _("bought {family}").format(family=families.get(name, name))
    return {
        "segment:person": _("a person"),
        "segment:organisation": _("an organisation"),
        "years:0": _("a customer for less than a year"),
        "years:1": _("a customer for one to three years"),
        "years:3": _("a customer for three to five years"),
        "years:5": _("a customer for more than five years"),
        "came:recommended": _("came by somebody’s word"),
        "brought:others": _("recommended us to somebody"),
    }.get(feature, feature)
