"""Ma (RSK-02 to RSK-05): a large spender's card falls to a tenth and to cheaper places. A person is asked to look at the limit;
nobody gives an incentive, nothing is cut by itself.
"""

import csv
import datetime as dt

import pytest

from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.queries import actions_of
from guanxi.record.customers.models import Customer
from guanxi.record.dealings.queries import evidence_rows
from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.record.imports.mapping import parse_mapping
from guanxi.record.imports.services import ImportOptions, import_file
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import signals_of
from guanxi.record.signals.rules import EvidenceRow, recompute
from guanxi.record.signals.services import judge_signal
from tests.insight.detectors.test_credit_downshift import CHEAP, DEAR, EVEN, EVEN_NOW, MA, Mix
from tests.stories.scene import SYSTEM
from tests.stories.telling import Telling, months

FEB_ENDS, SUNDAY, MAR_ENDS = dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 3, 31)
WHERE = {1: "超市", 2: "餐饮", 3: "酒店"}
OTHERS = [f"客户{number}" for number in range(9)]


def spend(telling: Telling, who: str, told: list[float], mix: Mix, *, until: dt.date, where=WHERE) -> None:
    """Card payments of the months up to `until`, each sum split by price tier, from a file with categories."""
    rows = []
    for back, total in enumerate(reversed(told)):
        number = until.year * 12 + until.month - 1 - back
        for tier, share, payments in mix:
            for turn in range(payments):
                minor = round(total * share) // payments + (round(total * share) % payments if turn == 0 else 0)
                on = dt.date(number // 12, number % 12 + 1, 1 + (turn * 7 + tier * 5) % 28)
                rows.append([who, on.isoformat(), f"{minor // 100}.{minor % 100:02}", where[tier], tier])
    bring(telling, "dealings", "customer occurred_at amount category price_tier", rows)


def bring(telling: Telling, kind: str, columns: str, rows: list[list]) -> None:
    file = telling.folder / f"{kind}-{len(list(telling.folder.iterdir()))}.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns.split())
        writer.writerows(rows)
    mapping = parse_mapping((",".join(f"{name}={name}" for name in columns.split()),))
    report = import_file(file, kind, by=SYSTEM, options=ImportOptions(mapping=mapping))
    assert report.succeeded, report.first_problems


def tell(
    telling: Telling, *now: float, before: Mix = DEAR, after: Mix = CHEAP, until: dt.date = FEB_ENDS, where=WHERE
) -> int:
    """Ma with a platinum card of 50,000, and nine others who spend steadily; answers his key."""
    telling.register("MA", name="马国栋")
    telling.register(*OTHERS)
    fell = until.year * 12 + until.month - 1 - len(now)
    ended = dt.date(fell // 12, fell % 12 + 1, 28)
    spend(telling, "MA", MA, before, until=ended, where=where)
    spend(telling, "MA", list(now), after, until=until, where=where)
    for number, name in enumerate(OTHERS):
        telling.deal(months(name, [1_100 + 10 * number] * (len(MA) + len(now)), until=until, purchases=2))
    bring(
        telling,
        "holdings",
        "reference customer product opened_on attributes.limit",
        [["CARD-1", "MA", "PLATINUM", "2018-03-01", "50000"]],
    )
    return Customer.objects.get(reference="MA").pk


def test_the_case_stands_on_today_with_both_explanations_and_a_proposal(telling):
    ma = tell(telling, 3_500)
    report = telling.refresh(FEB_ENDS)
    assert report.signals == {"spend_drop": {"alarm": 1}, "credit_downshift": {"alarm": 1}}
    assert (telling.today(FEB_ENDS).lines, telling.today(FEB_ENDS).tomorrow) == ([], 1)  # 1 March is a Sunday
    (line,) = telling.today(SUNDAY).lines
    assert (line.customer_id, line.action_class, line.reason) == (ma, ActionClass.OBLIGATION, "credit_downshift_alarm")
    assert line.reason_words.endswith("For a person to decide: a limit of ¥7,000 instead of ¥50,000.")
    assert line.due_on == dt.date(2026, 3, 2)
    assert line.say.endswith("about your limit nothing changes before a person has spoken with you.")
    signal = next(row for row in signals_of(ma, principal=SYSTEM) if row.kind == "credit_downshift")
    assert signal.explanation.endswith("A person looks at it; nothing about a limit is decided by itself.")
    assert credit_limits([ma]) == {ma: CardLimit(5_000_000, 0)}  # nothing was cut


def test_a_month_later_the_proposal_is_8000(telling):
    tell(telling, 3_500)
    telling.refresh(FEB_ENDS)
    spend(telling, "MA", [4_000], CHEAP, until=MAR_ENDS)
    for number, name in enumerate(OTHERS):
        telling.deal(months(name, [1_100 + 10 * number], until=MAR_ENDS, purchases=2))
    report = telling.refresh(MAR_ENDS)
    assert report.why_whole in {"", "many"}
    (line,) = telling.today(MAR_ENDS).lines
    assert line.reason_words.endswith("a limit of ¥8,000 instead of ¥50,000.")


def test_never_below_what_he_owes(telling):
    tell(telling, 3_500)
    bring(
        telling,
        "balances",
        "holding day amount",
        [["CARD-1", "2026-02-20", "31400.50"], ["CARD-1", "2026-01-20", "9.00"]],
    )
    telling.refresh(FEB_ENDS)
    assert "a limit of ¥31,401 instead" in telling.today(SUNDAY).lines[0].reason_words


def test_the_shares_recompute_from_the_rows_that_the_page_opens(telling):
    ma = tell(telling, 3_500)
    telling.refresh(FEB_ENDS)
    evidence = telling.today(SUNDAY).lines[0].evidence
    rows = evidence_rows(
        ma,
        principal=telling.person("lin"),
        first=dt.date.fromisoformat(evidence["from"]),
        last=FEB_ENDS,
        currency="CNY",
    )
    counted = [EvidenceRow(row.occurred_on, row.amount, row.is_purchase, row.price_tier) for row in rows]
    assert recompute(counted, evidence) == evidence["figures"]


def test_the_same_fall_in_an_unchanged_mix_is_wang_s_story(telling):
    tell(telling, 3_500, before=EVEN, after=EVEN_NOW)
    assert telling.refresh(FEB_ENDS).signals == {"spend_drop": {"alarm": 1}}
    (line,) = telling.today(FEB_ENDS).lines
    assert (line.action_class, line.reason) == (ActionClass.CARE, "spend_drop_alarm")
    assert "limit" not in line.reason_words


@pytest.mark.parametrize("where", [{1: "夜总会", 2: "7995", 3: "教堂"}, {1: "出行", 2: "", 3: "线上"}])
def test_from_blocked_and_unknown_places_nothing_is_concluded_but_the_money(telling, where):
    tell(telling, 3_500, where=where)
    assert telling.refresh(FEB_ENDS).signals == {"spend_drop": {"alarm": 1}}
    assert telling.today(FEB_ENDS).lines[0].reason == "spend_drop_alarm"


def test_explained_by_a_person_care_may_begin(telling):
    ma = tell(telling, 3_500)
    telling.refresh(FEB_ENDS)
    signal = next(row for row in signals_of(ma, principal=SYSTEM) if row.kind == "credit_downshift")
    with telling.morning_after(FEB_ENDS):
        judge_signal(
            signal.code, by=telling.person("lin"), judgement=Judgement.OTHER, note="Pays by another card of ours."
        )
    telling.refresh(SUNDAY)
    assert [action.reason for action in actions_of(ma, principal=SYSTEM, on=MAR_ENDS) if action.status == 1] == [
        "spend_drop_alarm"
    ]


def test_back_to_his_habit_the_case_is_closed(telling):
    ma = tell(telling, 3_500)
    telling.refresh(FEB_ENDS)
    spend(telling, "MA", [35_000], DEAR, until=MAR_ENDS)
    for number, name in enumerate(OTHERS):
        telling.deal(months(name, [1_100 + 10 * number], until=MAR_ENDS, purchases=2))
    telling.refresh(MAR_ENDS)
    assert {row.kind: row.state for row in signals_of(ma, principal=SYSTEM)} == {
        "spend_drop": "cleared",
        "credit_downshift": "cleared",
    }
    assert telling.today(MAR_ENDS).lines == []
