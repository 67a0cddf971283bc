"""The customers as an asset, as an edition tells it: equity, growth, retention, what the best share (SEG-10, XUP-04, RET-10).

Money in minor units of the firm's currency. What the data cannot carry is None, with words in `missing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.acquisition import count_arrivals
from guanxi.insight.appraisal.asset import Asset, Known, Past, read_asset
from guanxi.insight.appraisal.leaving import count_lost
from guanxi.insight.appraisal.offering_more import MOST_FAMILIES, Draws, compare_loss
from guanxi.insight.appraisal.purchases import first_day
from guanxi.insight.appraisal.worth import USUAL, Worth
from guanxi.insight.estimates.equity import Volume, bridge_equity, explain_growth, split_more
from guanxi.insight.estimates.likeness import LEAST_WITH, over_represented
from guanxi.insight.estimates.medians import ratio_of_medians
from guanxi.insight.estimates.rates import LEAST_EVENTS, poisson_rates
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.standing.rules import quarter_of

_YEAR, _QUARTER = 365, 91
_MONTH = 365.25 / 12
_MOST_KEEPING = 5

NO_DEALINGS = gettext_noop("There are no dealings yet.")
TOO_SHORT = gettext_noop(
    "The dealings reach back {days} days; {least} are needed to compare a year with the one that ended a quarter before."
)
NO_FAMILIES = gettext_noop("No product belongs to a family: what customers bought cannot be told apart by need.")
NO_YEAR_AGO = gettext_noop("Nobody was a customer a year ago: how many stay cannot be said yet.")

_Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class TeamPlace:
    """A team and, in the preorder of the tree, its number and that of the last below it."""

    id: int
    low: int
    high: int


def tell_growth(
    bench: Workbench,
    *,
    as_of: date,
    currency: str,
    draws: Draws | None = None,
    past: Past | None = None,
    rule: Worth = USUAL,
) -> dict[str, Any]:
    """The facts of the whole firm in an edition whose `estimates` and `loyalty` are filled; JSON, sentences as words and
    params. Of arrivals and losses money stands in whole units of `currency`.
    """
    return tell_growths(bench, as_of=as_of, currency=currency, teams=(), draws=draws, past=past, rule=rule)[None]


def tell_growths(
    bench: Workbench,
    *,
    as_of: date,
    currency: str,
    teams: Sequence[TeamPlace],
    known: Known | None = None,
    draws: Draws | None = None,
    past: Past | None = None,
    rule: Worth = USUAL,
) -> dict[int | None, dict[str, Any]]:
    """The same of the whole (None) and of each team with all below it that has customers, by its id. known: what was read already;
    draws: who was offered what by
    chance; past: the tiers of up to a year ago; rule: by what the house earns.
    """
    begin = _begin(bench, rule)
    if begin is None or begin > as_of:
        return {None: {"missing": [_told(Sentence(NO_DEALINGS))]}}
    days = (as_of - begin).days
    before = as_of - timedelta(days=_YEAR if days >= 2 * _YEAR else _QUARTER)
    numbers = {team.id: team.low for team in teams}
    whole = read_asset(
        bench, as_of=as_of, before=before, places=numbers, known=known, draws=draws, past=past, rule=rule
    )
    parts = {None: whole} | {team.id: whole.part(team.low, team.high) for team in teams}
    span = {"since": before.isoformat(), "days": (as_of - before).days, "quarter": quarter_of(as_of).isoformat()}
    since = past.since.isoformat() if past else None
    return {
        team: {**span, **_tell(part, days, currency), "kept_best": _tell_kept(part.keeping(), since)}
        for team, part in parts.items()
        if team is None or len(part)
    }


def _begin(bench: Workbench, rule: Worth) -> date | None:
    """The first day of which there are dealings, or balances where the house earns of them."""
    kept: date | None = bench.scalar("SELECT min(day) FROM balances") if rule.earns_on_balances else None
    return min((day for day in (first_day(bench), kept) if day), default=None)


def _tell(asset: Asset, days: int, currency: str) -> dict[str, Any]:
    column = asset.columns()
    missing: list[Sentence] = []
    told: dict[str, Any] = {"equity": None, "volume": None}
    if days < _YEAR + _QUARTER:
        missing.append(Sentence(TOO_SHORT, {"days": days, "least": _YEAR + _QUARTER}))
    else:
        told |= _tell_change(column)
    if not column["families_now"].any():
        missing.append(Sentence(NO_FAMILIES))
    told["retention"] = _tell_retention(column)
    if told["retention"] is None:
        missing.append(Sentence(NO_YEAR_AGO))
    arrivals, no_arrivals = count_arrivals(asset.arrivals.rows, currency=currency)
    lost, no_losses = count_lost(asset.lost.rows, currency=currency)
    missing += [*no_arrivals, *(Sentence(words) for words in no_losses)]
    told["by_families"] = _tell_by_families(column, asset.offered.rows)
    told["loyalty"] = _tell_loyalty(column)
    told["tiers"] = {str(tier): float(column["worth_now"][column["tier"] == tier].sum()) for tier in (1, 2, 3)}
    told["ends"] = _tell_ends(column)
    told["score"] = _tell_score(column)
    told["likeness"] = _tell_likeness(asset.likeness())
    return {**told, "arrivals": arrivals, "lost": lost, "missing": [_told(one) for one in missing]}


def _tell_ends(column: _Columns) -> dict[str, Any]:
    """Revenue and contribution of the year, and how satisfied those are who were asked in it: the mean of 0 to 10, None under ten
    answers (XUP-07).
    """
    said = column["satisfaction"][np.isfinite(column["satisfaction"])]
    return {
        "revenue": float(column["net_now"].sum()),
        "contribution": float(column["worth_now"].sum()),
        "asked": len(said),
        "satisfaction": float(said.mean()) if len(said) >= LEAST_EVENTS else None,
    }


def _tell_change(column: _Columns) -> dict[str, Any]:
    now, was = column["bought_now"] > 0, column["bought_before"] > 0
    bridge = bridge_equity(
        np.where(was, column["worth_before"], np.nan),
        np.where(now, column["worth_now"], np.nan),
        np.nan_to_num(column["age_before"], nan=-1) >= 0,
    )
    volumes = _volume(column, was, "before"), _volume(column, now, "now")
    return {"equity": asdict(bridge), "volume": _tell_volumes(*volumes, bridge.customers)}


def _volume(column: _Columns, there: NDArray[np.bool_], when: str) -> Volume:
    count = int(there.sum())
    if not count:
        return Volume(0, 0, 0, 0)
    months = float(np.median(column[f"age_{when}"][there])) / _MONTH
    # Where no product has a family, everybody holds one: all there is.
    families = max(float(column[f"families_{when}"][there].mean()), 1.0)
    worth = float(column[f"worth_{when}"][there].sum())
    return Volume(count, months, families, worth / count / families / 12)


def _tell_volumes(before: Volume, now: Volume, customers: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"before": asdict(before), "now": asdict(now), "parts": None, "sources": None}
    try:
        parts = explain_growth(before, now)
    except ValueError:
        return told
    sources = {"new": customers["new"], "regained": customers["regained"], "lost": -customers["lost"]}
    told["parts"] = parts
    told["sources"] = split_more(parts["more"], sources, before.customers, now.customers)
    return told


def _tell_retention(column: _Columns) -> dict[str, Any] | None:
    """Of who bought in the year before, the share that bought again in the last one; and what the simulator needs."""
    was = column["bought_year_ago"] > 0
    customers = int(was.sum())
    if not customers:
        return None
    stayed = int((was & (column["bought_now"] > 0)).sum())
    worth = column["worth_now"][column["bought_now"] > 0]
    return {
        "customers": customers,
        "stayed": stayed,
        "rate": stayed / customers,
        "active": len(worth),
        "contribution": float(worth.sum()),
        "spread": float(worth.std(ddof=1)) if len(worth) > 1 else 0.0,
    }


def _tell_by_families(column: _Columns, offered: pa.Table) -> list[dict[str, Any]]:
    """Who did not come again, by the number of families bought by then (XUP-03); numbers of fewer than ten losses are
    joined with the next lower one. Beside them what offering them one more changed.
    """
    was, gone = column["bought_year_ago"] > 0, column["bought_now"] == 0
    held = np.minimum(column["families_year_ago"], MOST_FAMILIES).astype(int)
    rows: list[list[int]] = []
    for number in range(MOST_FAMILIES, 0, -1):
        some = was & (held == number)
        rows.insert(0, [number, int(some.sum()), int((some & gone).sum()), number])
        if len(rows) > 1 and rows[1][2] < LEAST_EVENTS:
            joined = rows.pop(1)
            rows[0][1:] = [rows[0][1] + joined[1], rows[0][2] + joined[2], joined[3]]
    shown = [row for row in rows if row[2] >= LEAST_EVENTS]
    found = poisson_rates([row[2] for row in shown], [row[1] for row in shown])
    figures = zip(shown, found.rate, found.low, found.high, strict=True)
    return [
        {
            "families": row[0],
            "until": row[3],
            "customers": row[1],
            "lost": row[2],
            "rate": float(rate),
            "low": float(low),
            "high": min(float(high), 1.0),
            "offered": compare_loss(offered, row[0], row[3]),
        }
        for row, rate, low, high in figures
    ]


def _tell_loyalty(column: _Columns) -> dict[str, Any]:
    """Customers of each class by tier, and what the loyal spend against the others (LOY-04)."""
    score = column["loyalty"]
    shown = np.isfinite(score)
    classes, tiers = column["loyalty_class"], column["tier"]
    counts = {
        str(name): {str(tier): int((shown & (classes == name) & (tiers == tier)).sum()) for tier in (1, 2, 3)}
        for name in np.unique(classes[shown])
    }
    return {
        "customers": len(score),
        "shown": int(shown.sum()),
        "median": float(np.median(score[shown])) if shown.any() else None,
        "classes": counts,
        "worth_keeping": int(column["is_worth_keeping"].sum()),
        "spends": _tell_spends(column["net_now"], classes, shown),
    }


def _tell_spends(net: NDArray[Any], classes: NDArray[Any], shown: NDArray[np.bool_]) -> dict[str, Any] | None:
    """How many times what the others spend the loyal do, by the medians of twelve months, with the 95 % limits: the truly loyal against
    those who are none; where nobody was asked what he thinks, by behaviour alone. None where either is too few.
    """
    for is_asked, loyal, other in ((True, "true", "none"), (False, "behavioural", "not_shown")):
        found = ratio_of_medians(net[shown & (classes == loyal)], net[shown & (classes == other)])
        if found:
            return {"is_asked": is_asked, **asdict(found)}
    return None


def _tell_score(column: _Columns) -> dict[str, dict[str, int]]:
    """Customers of today, those in tier A and the truly loyal: built in this quarter (their first purchase), kept (customers when
    it began), rescued in it (customers once, not any more when it began) (XUP-06).
    """
    active = column["bought_now"] > 0
    built = active & (column["is_of_quarter"] > 0)
    kept = active & ~built & (column["bought_at_quarter"] > 0)
    ways = {"built": built, "kept": kept, "rescued": active & ~built & ~kept}
    loyal = column["loyalty_class"] == "true"
    groups = {"active": active, "best": active & (column["tier"] == 1), "loyal": active & loyal}
    return {name: {way: int((group & came).sum()) for way, came in ways.items()} for name, group in groups.items()}


def _tell_likeness(counted: Mapping[str, tuple[int, int]]) -> list[dict[str, Any]]:
    best, everybody = counted.get("all:", (0, 0))
    features = [feature for feature in counted if feature != "all:"]
    with_best, with_all = ([counted[feature][place] for feature in features] for place in (0, 1))
    return [asdict(one) for one in over_represented(features, with_best, with_all, best=best, everybody=everybody)]


def _tell_kept(counted: Mapping[str, tuple[int, int]], since: str | None) -> dict[str, Any]:
    """Of who was in tier A on a day: how many still are, how many are not, and the traits of then that are surely more frequent among
    the first, at most five; none while a side has fewer than `least` (SEG-04).
    """
    stayed, everybody = counted.get("all:", (0, 0))
    left = everybody - stayed
    found = _tell_likeness(counted)[:_MOST_KEEPING] if min(stayed, left) >= LEAST_WITH else []
    for one in found:
        one["share_left"] = (one.pop("share_all") * everybody - one["share_best"] * stayed) / left
    return {"since": since, "stayed": stayed, "left": left, "least": LEAST_WITH, "features": found}


def _told(sentence: Sentence) -> dict[str, Any]:
    return {"words": sentence.words, "params": dict(sentence.params)}
