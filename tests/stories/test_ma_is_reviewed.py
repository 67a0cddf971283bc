"""Ma's case told to its end (RSK-03, RSK-05): opened by the night from his dealings, 8,000 proposed, decided by a person, told,
and while it runs nobody calls him with an incentive; Wang's fall opens none.
"""

import datetime as dt

from guanxi.ground.clock import frozen, start_of_day
from guanxi.record.customers.models import Customer
from guanxi.rescue.credit.choices import CaseState, Decision, Way
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import Ruling
from guanxi.rescue.credit.services import decide_case, give_notice
from tests.insight.detectors.test_credit_downshift import CHEAP, EVEN, EVEN_NOW, MA
from tests.stories.telling import months
from tests.stories.test_ma import FEB_ENDS, MAR_ENDS, OTHERS, spend, tell

WEDNESDAY = dt.date(2026, 4, 1)
RULING = Ruling(
    decision=Decision.STEPS, why="Both looked at.", contact="Gao, 020-1234", limit=800_000, starts_on=dt.date(2026, 4, 15),
    first_limit=2_000_000, second_on=dt.date(2026, 5, 15),
)  # fmt: skip


def test_ma_is_reviewed_by_a_person_and_wang_is_not(telling):
    ma = tell(telling, 3_500)
    telling.register("WANG", name="王海峰")
    spend(telling, "WANG", [*MA, 3_500], EVEN, until=FEB_ENDS)
    telling.refresh(FEB_ENDS)
    case = CreditCase.objects.get()
    assert (case.customer_id, case.limit, case.proposed, case.due_on) == (ma, 5_000_000, 700_000, dt.date(2026, 3, 2))
    assert case.evidence["given"]["z"] < -9

    spend(telling, "MA", [4_000], CHEAP, until=MAR_ENDS)
    spend(telling, "WANG", [3_500], EVEN_NOW, until=MAR_ENDS)
    for number, name in enumerate(OTHERS):
        telling.deal(months(name, [1_100 + 10 * number], until=MAR_ENDS, purchases=2))
    telling.refresh(MAR_ENDS)
    case = CreditCase.objects.get()
    assert (case.state, case.proposed) == (CaseState.OPEN, 800_000)  # RSK-03: twice 4,000, of 50,000
    wang = Customer.objects.get(reference="WANG").pk
    before = {(line.customer_id, line.reason) for line in telling.today(MAR_ENDS).lines}
    assert before == {(ma, "credit_downshift_confirmed"), (wang, "spend_drop_confirmed")}

    gao = telling.person("gao")
    with frozen(start_of_day(WEDNESDAY, "Asia/Shanghai") + dt.timedelta(hours=10)):
        decide_case(case.code, RULING, by=gao)
        give_notice(case.code, way=Way.LETTER, on=WEDNESDAY, by=gao)
    telling.refresh(WEDNESDAY)
    case.refresh_from_db()
    assert case.state == CaseState.NOTIFIED
    assert {(line.customer_id, line.reason) for line in telling.today(WEDNESDAY).lines} == {
        (wang, "spend_drop_confirmed")
    }
