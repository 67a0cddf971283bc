"""Which alarms are on trial: those of detectors that judge by chance, until somebody has looked at their back-test.

The rule: a kind that tests a customer's behaviour against chance (a score, a quantile, a permutation) is wrong now and then,
and how often is known only from the firm's own history; so it reaches nobody before a person has looked at the replay of
that history (decisioning.md 4.5). A kind that counts what stands in the record (promises broken, trouble with our service,
money that left the accounts), and a supposition, which says itself that it is one, need no such look.

A mark holds for the thresholds it was made with; when they change, the detector is on trial again. A page for people, like
thresholds: the web shows it without loading the engines.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, staff_seen_by, system_principal
from guanxi.identity.services import keep_backtest, mark_backtest
from guanxi.record.signals.choices import SignalKind

# Raised when a detector's rules or defaults change: every mark is then one of other alarms.
RULES = 4
# By kind: whose thresholds its alarms hang on, in the order in which they are shown.
TRIED: Mapping[str, tuple[str, ...]] = {
    SignalKind.SPEND_DROP.value: ("spend_drop.", "detectors."),
    SignalKind.INACTIVITY.value: ("inactivity.", "detectors."),
    SignalKind.CREDIT_DOWNSHIFT.value: ("credit_downshift.", "spend_drop.", "detectors."),
    SignalKind.BALANCE_RUNOFF.value: ("balance_runoff.",),
}

_UNKNOWN = gettext_noop("There is no back-test of “{name}”.")
_NOT_RUN = gettext_noop("Run the back-test first: nobody has seen yet how these alarms would have done.")
_OLD = gettext_noop("The thresholds were changed since this back-test ran; run it again first.")
_EMPTY = gettext_noop("This back-test could replay no month: there is nothing to look at yet.")


class House(Protocol):
    """What is read of the firm."""

    thresholds: dict[str, float]
    backtests: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Trial:
    """How one kind stands. `run`: the last back-test that ran; `mark`: the one that was looked at, with by and at. Both are
    answers of detectors.backtesting.backtest with the digest of their thresholds. `is_stale`: there is a mark, of other
    thresholds.
    """

    kind: SignalKind
    run: Mapping[str, Any] | None
    mark: Mapping[str, Any] | None
    is_stale: bool
    is_run_stale: bool

    @property
    def is_on_trial(self) -> bool:
        """Whether its alarms reach nobody."""
        return self.mark is None or self.is_stale


def trial_of(kind: str, house: House) -> Trial:
    """How a kind of TRIED stands."""
    now, held = digest_of(kind, house.thresholds), house.backtests.get(kind, {})
    run, mark = held.get("run"), held.get("mark")
    is_stale, is_run_stale = (one is not None and one["digest"] != now for one in (mark, run))
    return Trial(SignalKind(kind), run, mark, is_stale, is_run_stale)


def kinds_on_trial(house: House) -> frozenset[str]:
    """The kinds whose signals are found and counted, and handed to nobody. None as long as nobody works here: a program that
    brings files and takes results out (`guanxi refresh`, `guanxi export`) reaches nobody, and the first person to come in
    finds the kinds on trial from the next refresh on.
    """
    if not staff_seen_by(system_principal()).exists():
        return frozenset()
    return frozenset(kind for kind in TRIED if trial_of(kind, house).is_on_trial)


def digest_of(kind: str, own: Mapping[str, float]) -> str:
    """A short text that differs when the thresholds do that a kind's alarms hang on; own: those that the firm has set."""
    told = sorted((name, float(value)) for name, value in own.items() if name.startswith(TRIED[kind]))
    return blake2b(json.dumps([RULES, told]).encode(), digest_size=8).hexdigest()


def keep_run(told: Mapping[str, Any], own: Mapping[str, float], *, by: Principal) -> None:
    """Keep a back-test that ran on the thresholds `own`. Raises Denied, and Refused (insight.no_backtest)."""
    kind = _tried(told["detector"])
    run = {**told, "digest": digest_of(kind, own), "ran_at": clock.now().isoformat()}
    keep_backtest(kind, run, by=by)


def let_reach_people(kind: str, *, by: Principal) -> None:
    """Note that `by` has looked at the last back-test: from the next refresh on the alarms of this kind reach people.

    Again by anybody changes nothing while the mark holds. Raises Denied, and Refused (insight.no_backtest,
    insight.backtest_not_run, insight.backtest_old, insight.backtest_empty).
    """
    require(by, Permission.JUDGE_DETECTORS)
    trial = trial_of(_tried(kind), firm())
    if trial.run is None:
        raise Refused("insight.backtest_not_run", _NOT_RUN)
    if trial.is_run_stale:
        raise Refused("insight.backtest_old", _OLD)
    if not trial.run["months"]:
        raise Refused("insight.backtest_empty", _EMPTY)
    seen = trial.mark and {name: value for name, value in trial.mark.items() if name not in ("by", "at")}
    is_same = seen == dict(trial.run)
    mark = trial.mark if is_same else {**trial.run, "by": by.code, "at": clock.now().isoformat()}
    mark_backtest(kind, mark, by=by)


def put_on_trial(kind: str, *, by: Principal) -> None:
    """Let the alarms of this kind reach nobody from the next refresh on. Raises Denied, and Refused (insight.no_backtest)."""
    mark_backtest(_tried(kind), None, by=by)


def _tried(kind: str) -> str:
    if kind not in TRIED:
        raise Refused("insight.no_backtest", _UNKNOWN, name=kind[:60])
    return kind
