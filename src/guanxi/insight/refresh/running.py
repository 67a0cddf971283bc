"""The steps of a refresh in their order. Killed at any point, the last edition stays readable and the next run recovers.

Up to the swap nothing that people see has changed. The swap makes the edition current; then the record takes in what was
found: standing at once, signals and actions by their keys, headlines where they differ. Each of these, begun again by
the next refresh, ends where an unbroken one would have ended.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.choices import Issue
from guanxi.engage.offers.families import families_of
from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import all_teams, firm
from guanxi.insight.analysis.pivot import fill_cube
from guanxi.insight.appraisal.asset import Known, Past
from guanxi.insight.appraisal.concentration import tell_concentration
from guanxi.insight.appraisal.customers import Appraisal, appraise_customers
from guanxi.insight.appraisal.going_together import tell_or_keep
from guanxi.insight.appraisal.growth import TeamPlace, tell_growths
from guanxi.insight.appraisal.loyalty import appraise_loyalty
from guanxi.insight.appraisal.needs import tell_needs
from guanxi.insight.appraisal.offering_more import Draws
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.appraisal.tiering import Memory, TierRule, tier_rule
from guanxi.insight.appraisal.worth import worth_rule
from guanxi.insight.decisions.offers.bringing import tell_bringing
from guanxi.insight.decisions.offers.evidence import but_of, read_trials
from guanxi.insight.decisions.offers.kept import keep_run, remove_other_runs
from guanxi.insight.detectors.notes import note
from guanxi.insight.refresh.advice import Advice, seek_advice, without
from guanxi.insight.refresh.lock import alone
from guanxi.insight.refresh.looking_back import standing_rows
from guanxi.insight.refresh.losing import Losses, find_losses, hand_to_record
from guanxi.insight.refresh.moving import read_moves
from guanxi.insight.refresh.prospecting import tell_prospects
from guanxi.insight.refresh.remembering import read_past
from guanxi.insight.refresh.rewarding import tell_rewards
from guanxi.insight.refresh.sharing import share_out
from guanxi.insight.trials import kinds_on_trial
from guanxi.insight.warehouse import edition
from guanxi.insight.warehouse.edition import Building, Engine, Terms
from guanxi.insight.warehouse.places import Places, places
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions import services as actions
from guanxi.record.actions.services.caring import ask_about_missed
from guanxi.record.customers import services as customers
from guanxi.record.customers.choices import State, Tier
from guanxi.record.imports.queries import held_feeds
from guanxi.record.signals import services as signals
from guanxi.record.standing import queries as standing
from guanxi.record.standing import services as publishing
from guanxi.record.standing.overview import together_kept
from guanxi.record.standing.rules import quarter_of
from guanxi.record.standing.services import Published, Summary
from guanxi.rescue.abuse.services import review_claims
from guanxi.rescue.credit.services import propose_increases, review_cases

_SQL = Path(__file__).parent / "sql"
_MICRO = 1_000_000
_JUDGED = ("dealings", "holdings")  # kinds of imports that detectors rest on: they wait for a held delivery of these


@dataclass
class Report:
    """What a refresh did; `as_json` is the contract's form. `why_whole` says why it was no increment ('' when it was)."""

    edition: str
    as_of: date
    customers: int = 0
    dealings: int = 0
    why_whole: str = ""
    signals: dict[str, dict[str, int]] = field(default_factory=dict)
    on_trial: dict[str, dict[str, int]] = field(default_factory=dict)
    actions: int = 0
    waits: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Keys and forms of architecture.md, and `why_whole` `waits` (what the detectors could not judge yet, and why) and `on_trial`
        (the signals among all found that reach nobody).
        """
        return {
            "edition": self.edition,
            "as_of": self.as_of.isoformat(),
            "customers": self.customers,
            "dealings": self.dealings,
            "incremental": not self.why_whole,
            "why_whole": self.why_whole,
            "signals": self.signals,
            "on_trial": self.on_trial,
            "actions": self.actions,
            "waits": self.waits,
            "seconds": {step: round(seconds, 3) for step, seconds in self.seconds.items()},
        }


@dataclass(frozen=True)
class _Found:
    """What the warehouse found, taken out of it before it is closed."""

    standing: pa.Table
    summary: Summary
    moves: pa.Table
    headlines: pa.Table
    advice: Advice
    losses: Losses


class _Steps:
    """Times the steps, and tells whoever watches when each begins."""

    def __init__(self, report: Report, watch: Callable[[str], None]) -> None:
        self._report = report
        self._watch = watch

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._watch(name)
        began = time.perf_counter()
        yield
        self._report.seconds[name] = time.perf_counter() - began


def refresh(
    *,
    by: Principal,
    as_of: date | None = None,
    full: bool = False,
    engine: str = "duckdb",
    watch: Callable[[str], None] = lambda step: None,
) -> Report:
    """Bring everything computed up to date. `as_of`: the last day that counts, default yesterday of the firm.

    Only customers in the dirty list are read again, unless `full` or an increment cannot be right (Building.why_whole).
    engine: duckdb, or spark (GUANXI_SPARK_MASTER names its master). `watch` is told each step as it begins. Raises Refused
    while another refresh runs or the engine cannot, Denied without the right.
    """
    require(by, Permission.RUN_REFRESH)
    edition.check_engine(Engine(engine))
    where = places()
    where.make()
    with alone(where.lock):
        return _refresh(by, as_of or yesterday(), where, full=full, engine=Engine(engine), watch=watch)


def yesterday() -> date:
    """The last closed day of the firm, where the windows of all estimates and detectors end."""
    return clock.local_day(clock.now(), firm().zone) - timedelta(days=1)


def not_ahead(bench: Workbench) -> date | None:
    """Yesterday where dealings reach beyond it: by what is only agreed for a day to come everybody would look absent until then. None
    where they do not, and each estimate's own last day holds.
    """
    last, closed = last_day(bench), yesterday()
    return closed if last is not None and last > closed else None


def _refresh(
    by: Principal, as_of: date, where: Places, *, full: bool, engine: Engine, watch: Callable[[str], None]
) -> Report:
    _tidy(where)
    before = standing.current_edition()
    base = None if full else _base(where)
    report = Report(edition=f"{clock.now():%Y%m%d-%H%M%S}-{new_code()}", as_of=as_of)
    steps = _Steps(report, watch)
    thresholds, terms, held, trial = firm().thresholds, _terms(), held_feeds(_JUDGED), kinds_on_trial(firm())
    publishing.begin_edition(report.edition, by=by, as_of=as_of)
    kill_point("refresh.begun")
    with steps.step("edition"), open_record() as view:
        building = edition.build_edition(view, name=report.edition, base=base, terms=terms, where=where, engine=engine)
        past = read_past(view, as_of=as_of)
    kill_point("refresh.built")
    share_out(building.bench, building.customers)
    report.customers, report.dealings, report.why_whole = building.customers, building.dealings, building.why_whole
    if base is None and not full:
        report.why_whole = "first"
    with steps.step("estimates"):
        rule = tier_rule(thresholds)
        is_redrawn = before is not None and before.facts.get("tiers", TierRule().as_json()) != rule.as_json()
        memory = Memory(before.as_of if before and not is_redrawn else None, as_of)
        appraisal = appraise_customers(building.bench, as_of=as_of, memory=memory, rule=rule)
        building.bench.keep("estimates", appraisal.rows)
        building.bench.keep("loyalty", appraise_loyalty(building.bench, as_of=as_of).rows)
        fill_cube(building.bench)
    kill_point("refresh.estimated")
    trials = read_trials(where.trials)
    advice = seek_advice(
        building.bench, as_of=as_of, thresholds=thresholds, held=held, trial=trial, trials=trials, step=steps.step
    )
    with steps.step("swap"):
        if advice.run is not None:  # first: what follows fills `deciding` anew, for offers of its own
            keep_run(building.bench, advice.run, where, edition=report.edition, as_of=as_of)
        kill_point("refresh.kept")
        draws = Draws(but_of(trials, advice.unprofiled), families_of(Issue.GROWTH))
        found = _take_out(building, advice, as_of, is_redrawn=is_redrawn, draws=draws, past=past)
        kill_point("refresh.advised")
        edition.publish(building, where)
    kill_point("refresh.swapped")
    _hand_to_record(by, report, building, appraisal, found, steps)
    _tidy(where)
    watch("done")
    return report


def _tidy(where: Places) -> None:
    """Remove what earlier or broken refreshes left."""
    edition.remove_others(where)
    remove_other_runs(where)


def _hand_to_record(
    by: Principal, report: Report, building: Building, appraisal: Appraisal, found: _Found, steps: _Steps
) -> None:
    foreign = [note("*", "other_currency", lines=building.foreign)] if building.foreign else []
    report.waits, report.on_trial = [*foreign, *found.advice.waits()], found.advice.on_trial
    with steps.step("standing"):
        customers.forget_dirty(ranges_of(building.dirty["entry"]))
        kill_point("refresh.forgotten")
        said = Published(report.customers, report.dealings, _facts(report, appraisal, found))
        publishing.publish_edition(
            report.edition, found.standing, by=by, moves=found.moves, said=said, summary=found.summary
        )
    if not found.advice.held:
        _hand_over_advice(by, report, found.advice, steps)
        with steps.step("losses"):
            hand_to_record(found.losses, by=by, as_of=report.as_of)
    with steps.step("headlines"):
        customers.write_headlines(zip(*(column.to_pylist() for column in found.headlines.columns), strict=True), by=by)
        kill_point("refresh.headlines")
        publishing.count_alarms(by=by)
        publishing.finish_edition(report.edition, by=by)
    kill_point("refresh.finished")


def _hand_over_advice(by: Principal, report: Report, advice: Advice, steps: _Steps) -> None:
    with steps.step("signals"):
        signals.forget_signals(advice.unprofiled, by=by)
        signals.raise_signals(advice.signals, by=by, as_of=report.as_of)
        report.signals = {**advice.counts(), **advice.on_trial}
        review_cases(by=by, as_of=report.as_of)
        review_claims(by=by, as_of=report.as_of)
        propose_increases(advice.steady, by=by, as_of=report.as_of)
    with steps.step("actions"):
        actions.propose_actions(advice.actions, by=by, as_of=report.as_of)
        report.actions = advice.actions.num_rows
        ask_about_missed(by=by, on=report.as_of + timedelta(days=1))


def _base(where: Places) -> str | None:
    """The current edition, if this record was its source: a restored backup knows nothing of later editions."""
    name = where.current()
    return name if name and standing.is_known_edition(name) else None


def _terms() -> Terms:
    house = firm()
    return Terms(house.currency, house.zone, house.margin_rate_ppm / _MICRO)


def _take_out(
    building: Building, advice: Advice, as_of: date, *, is_redrawn: bool, draws: Draws, past: Past | None
) -> _Found:
    """Who wants no advice from own data is of no tier, state and value, and has no row of standing (IDC-03, PIPL 24)."""
    bench = building.bench
    everybody = standing_rows(bench, as_of=as_of)
    rows = without(everybody, advice.unprofiled)
    bench.register("standing_rows", rows)
    house = firm()
    rule = worth_rule(house.thresholds)
    moves = read_moves(bench, as_of=as_of, rule=rule, is_redrawn=is_redrawn)
    bench.unregister("standing_rows")
    bench.register("standing_rows", _unjudged(everybody, advice.unprofiled))
    headlines = bench.arrow(_SQL / "headlines.sql")
    bench.register("moves", moves)
    cells, flows = bench.arrow(_SQL / "cells.sql", quarter=quarter_of(as_of)), bench.arrow(_SQL / "flows.sql")
    teams = [TeamPlace(team.pk, team.lo, team.hi) for team in all_teams()]
    losses = find_losses(bench, as_of=as_of, thresholds=house.thresholds, unprofiled=advice.unprofiled)
    known = Known(losses.rows, losses.arrivals)
    growth = tell_growths(
        bench, as_of=as_of, currency=house.currency, teams=teams, draws=draws, known=known, past=past, rule=rule
    )
    growth[None] |= {"loss_rates": losses.rates, **tell_rewards(bench, as_of=as_of, currency=house.currency)}
    growth[None] |= {"needs": tell_needs(bench, as_of=as_of)}
    growth[None] |= {
        "bringing": tell_bringing(
            bench, draws.trials, as_of=as_of, thresholds=house.thresholds, unprofiled=advice.unprofiled
        )
    }
    growth[None] |= {"together": tell_or_keep(bench, together_kept(), as_of=as_of, currency=house.currency)}
    growth[None] |= {"prospects": tell_prospects(bench, as_of=as_of, unprofiled=advice.unprofiled)}
    summary = Summary(cells, flows, growth)
    bench.unregister("moves")
    bench.unregister("standing_rows")
    return _Found(rows, summary, moves, headlines, advice, losses)


def _unjudged(rows: pa.Table, customers: Sequence[int]) -> pa.Table:
    """The same rows, some customers with nothing that was concluded from their data."""
    if not customers:
        return rows
    mask = pc.is_in(rows["customer_id"], pa.array(customers, pa.int64()))
    for name, nothing in (("tier", Tier.NONE.value), ("state", State.NONE.value), ("value", 0)):
        column = rows[name]
        blank = pa.scalar(nothing, column.type)
        rows = rows.set_column(rows.schema.get_field_index(name), name, pc.if_else(mask, blank, column))
    return rows


def _facts(report: Report, appraisal: Appraisal, found: _Found) -> dict[str, Any]:
    """What the edition says of itself: grade and what is missing, what had to wait, what was set aside, how much of the
    value the best customers hold, by which rule customers were placed in tiers.
    """
    bought = found.standing.filter(pc.not_equal(found.standing["tier"], Tier.NONE.value))
    return {
        "why_whole": report.why_whole,
        "waits": report.waits,
        "on_trial": found.advice.on_trial,
        "set_aside": found.advice.set_aside(),
        "offers": found.advice.offers(),
        "concentration": tell_concentration(bought["value"].to_numpy()),
        "tiers": appraisal.rule.as_json(),
        "loss_making": appraisal.loss_making,
        **_told(appraisal),
    }


def _told(appraisal: Appraisal) -> dict[str, Any]:
    """Grade and what is missing as words and params, so that a face says them in its language."""
    lacking = [{"words": sentence.words, "params": dict(sentence.params)} for sentence in appraisal.missing]
    reason = appraisal.grade.reason
    told = {"words": reason.words, "params": dict(reason.params)}
    return {"grade": appraisal.grade.letter, "grade_reason": told, "missing": lacking}


def ranges_of(entries: pa.ChunkedArray) -> list[tuple[int, int]]:
    """Ascending ids as closed ranges of neighbours: what was not read, because its transaction had not finished, is
    in none of them.
    """
    if not len(entries):
        return []
    ids = entries.combine_chunks()
    gaps = pc.indices_nonzero(pc.greater(pc.subtract(ids[1:], ids[:-1]), 1)).to_pylist()
    firsts, lasts = [0, *(gap + 1 for gap in gaps)], [*gaps, len(ids) - 1]
    return [(ids[first].as_py(), ids[last].as_py()) for first, last in zip(firsts, lasts, strict=True)]
