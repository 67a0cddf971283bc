"""Detectors whose alarms judge by chance: how they did in their back-test, and whether they reach people."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.desk.insight.saying import sentence_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed, sentences
from guanxi.identity.naming import names_of_actors
from guanxi.identity.permissions import Permission, may
from guanxi.identity.queries import firm
from guanxi.insight.thresholds import THRESHOLDS, in_words
from guanxi.insight.trials import TRIED, Trial, trial_of
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import judged_counts
from guanxi.record.standing.queries import EditionLine

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class StateRow:
    """What came of one state in the replayed months."""

    state: str
    per_1000: str
    judged: str
    share: str
    delay: str
    ninth: str


@dataclass(frozen=True)
class Card:
    """One detector. `looked`: who looked at it, and what it finds now and tells nobody; `may_trust`: there is something to
    look at.
    """

    kind: str
    title: str
    tag: str
    tone: str
    sample: str
    rows: list[StateRow]
    means: list[str]
    lacking: list[str]
    defended: str
    looked: str
    live: str
    thresholds: list[tuple[str, str]]
    may_judge: bool
    may_trust: bool
    is_on_trial: bool
    is_running: bool


def cards(look: Look, edition: EditionLine | None, running: set[str]) -> list[Card]:
    """All detectors that are tried; running: kinds whose back-test is under way."""
    house = firm()
    trials = [trial_of(kind, house) for kind in TRIED]
    names = names_of_actors({trial.mark["by"] for trial in trials if trial.mark})
    judged = judged_counts(look.principal, TRIED)
    found = edition.facts.get("on_trial", {}) if edition else {}
    return [
        Card(
            kind=trial.kind.value,
            title=str(trial.kind.label),
            **_standing(trial),
            **_figures(trial.run, look),
            looked=sentences([_looked(trial, names, look), _found(found.get(trial.kind, {}))]),
            live=_live(judged.get(trial.kind, (0, 0))),
            thresholds=_thresholds(trial.kind, house.thresholds),
            may_judge=may(look.principal, Permission.JUDGE_DETECTORS),
            may_trust=trial.run is not None and not trial.is_run_stale and bool(trial.run["months"]),
            is_running=trial.kind.value in running,
        )
        for trial in trials
    ]


def on_trial_words(edition: EditionLine) -> str:
    """How many signals were found and reach nobody; "" where there are none."""
    counted = edition.facts.get("on_trial") or {}
    count = sum(sum(states.values()) for states in counted.values())
    kinds = listed([str(SignalKind(kind).label) for kind in sorted(counted) if kind in SignalKind.values])
    words = ngettext(
        "On trial: {count} signal was found and reaches nobody until somebody has looked at the back-test ({kinds}).",
        "On trial: {count} signals were found and reach nobody until somebody has looked at the back-test ({kinds}).",
        count,
    )
    return words.format(count=cells.number(count), kinds=kinds) if count else ""


def _standing(trial: Trial) -> dict[str, Any]:
    tag, tone = _("reaches people"), "good"
    if trial.is_stale:
        tag, tone = _("on trial: thresholds were changed"), "watch"
    elif trial.is_on_trial:
        tag, tone = pgettext("alarms", "on trial"), "watch"
    return {"tag": tag, "tone": tone, "is_on_trial": trial.is_on_trial}


def _found(counted: Mapping[str, int]) -> str:
    if not counted:
        return ""
    states = [f"{state.label} {cells.number(counted[state.value])}" for state in SignalState if state.value in counted]
    return _("Found by the last refresh, and told to nobody: {states}.").format(states=listed(states))


def _figures(run: Mapping[str, Any] | None, look: Look) -> dict[str, Any]:
    if run is None:
        return {"sample": "", "rows": [], "means": [], "lacking": [], "defended": ""}
    ran, within = _local(run["ran_at"], look), run.get("within")  # kept ones of before have neither this nor `defended`
    sample = [
        _("{months} months up to {day}, {customers} customers, {customer_months} customer-months.").format(
            months=cells.number(run["months"]),
            day=cells.short_date(dt.date.fromisoformat(run["as_of"]), look.today) if run["as_of"] else cells.NOTHING,
            customers=cells.number(run["customers"]),
            customer_months=cells.number(run["customer_months"]),
        ),
        _("Ran {day}.").format(day=cells.day_words(ran, look.today)),
    ]
    return {
        "sample": sentences(sample),
        # in their own order: a database may keep the names in another one
        "rows": [
            *(_row(str(state.label), run["states"][state]) for state in SignalState if state in run["states"]),
            *([_row(_("alarm within the month, tier A"), within)] if within else []),
        ],
        "means": [
            *(_told(run[name], {}, look) for name in ("at_risk_means", "left_means")),
            *([_told(within["means"], {}, look)] if within else []),
        ],
        "lacking": [_told(said["words"], said["params"], look) for said in run["lacking"]],
        "defended": _defended(run.get("defended")),
    }


def _defended(found: Mapping[str, Any] | None) -> str:
    if found is None or not found["judged"]:
        return ""
    if not found["size"]:
        none = _("Of {judged} customers judged in the newest month none stands out from what chance does.")
        return none.format(judged=cells.number(found["judged"]))
    words = _(
        "Of {judged} customers judged in the newest month a list of {size} can be defended: "
        "of these at most {share} fell by chance."
    )
    return words.format(
        judged=cells.number(found["judged"]), size=cells.number(found["size"]), share=cells.percent(found["q"])
    )


def _row(label: str, row: Mapping[str, Any]) -> StateRow:
    return StateRow(
        state=label,
        per_1000=_decimals(row["per_1000"]),
        judged=cells.number(row["judged"]),
        share=cells.NOTHING if row["share_left"] is None else cells.percent(row["share_left"]),
        delay=_days(row["delay_median"]),
        ninth=_days(row["delay_p90"]),
    )


def _looked(trial: Trial, names: Mapping[str, str], look: Look) -> str:
    if trial.mark is None:
        return _("Nobody has looked at it yet; its alarms reach nobody.")
    name = names.get(trial.mark["by"]) or _("the administration of the machine")
    told = _("{name} looked at it {day}.").format(
        name=name, day=cells.day_words(_local(trial.mark["at"], look), look.today)
    )
    if trial.is_stale:
        stale = _("Since then thresholds were changed; until the new back-test was looked at its alarms reach nobody.")
        return sentences([told, stale])
    return told


def _live(counted: tuple[int, int]) -> str:
    judged, right = counted
    if not judged:
        return _("Nobody has said of one of its signals yet whether it was right.")
    words = ngettext(
        "Of {judged} signal that people judged {right} was right: {share}.",
        "Of {judged} signals that people judged {right} were right: {share}.",
        judged,
    )
    return words.format(judged=cells.number(judged), right=cells.number(right), share=cells.percent(right / judged))


def _thresholds(kind: str, own: Mapping[str, float]) -> list[tuple[str, str]]:
    return [
        (str(one.label), in_words(one, own.get(name, one.default)))
        for name, one in THRESHOLDS.items()
        if name.startswith(TRIED[kind])
    ]


def _told(words: str, params: Mapping[str, Any], look: Look) -> str:
    told = dict(params)
    if told.get("state") in SignalState.values:
        told["state"] = str(SignalState(told["state"]).label)
    if _MONTH.fullmatch(str(told.get("month", ""))):
        told["month"] = cells.month_words(dt.date.fromisoformat(f"{told['month']}-01"), look.today)
    return sentence_words(words, told)


def _local(moment: str, look: Look) -> dt.date:
    return dt.datetime.fromisoformat(moment).astimezone(look.now.tzinfo).date()


def _decimals(value: float | None) -> str:
    return cells.NOTHING if value is None else cells.decimals(value)


def _days(value: float | None) -> str:
    if value is None:
        return cells.NOTHING
    return ngettext("{count} day", "{count} days", round(value)).format(count=cells.number(round(value)))
