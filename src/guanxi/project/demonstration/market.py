"""What winning customers cost the demo group by source, and how large its market is (ACQ-07, XUP-07)."""

import datetime as dt

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.rules import NewEffort
from guanxi.record.market.services import enter_effort, enter_market_size

# source, media, lists, incentives, hours, onboarding, leads, applications, approved, new customers
_SPENT = (
    ("车展", "26000", "4000", "3000", 90, "1600", 1000, 500, 200, 60),
    ("线上申请", "20000", "", "6000", 60, "4500", 1440, 720, 432, 151),
    ("朋友介绍", "", "", "9000", 20, "1500", 310, 186, 124, 93),
    ("社区活动", "3000", "", "1200", 40, "400", 180, 60, 30, 12),
    ("", "8000", "", "", 0, "", 0, 0, 0, 0),
)


def enter_costs(today: dt.date, *, by: Principal) -> None:
    """Enter them for the half year that ended with the last month."""
    until = today.replace(day=1) - dt.timedelta(days=1)
    since = (until - dt.timedelta(days=170)).replace(day=1)
    for source, media, lists, incentives, hours, onboarding, leads, applications, approved, customers in _SPENT:
        money = {
            "media": media,
            "lists": lists,
            "incentives": incentives,
            "onboarding": onboarding,
            "hourly_rate": "60",
        }
        effort = NewEffort(
            since=since, until=until, kind=CustomerKind.PERSON if source else 0, source=source, money=money, hours=hours,
            leads=leads, applications=applications, approved=approved, customers=customers,
        )  # fmt: skip
        enter_effort(effort, by=by, is_demo=True)
    enter_market_size(until, "260000000", "演示：本市零售金融与汽车服务年销售额", by=by, is_demo=True)
