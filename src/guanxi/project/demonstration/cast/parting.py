"""Five who left, one for each reason (WIN-02): each was asked why within a fortnight, and the words were kept (WIN-01)."""

import datetime as dt
from typing import Any

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import Loss, Story, Talk, Told, ago
from guanxi.project.demonstration.rivals import INSURER, SOUTH_SEA
from guanxi.project.demonstration.staffing import STORIES_OWNER
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.customers.choices import Channel

# reference, name, gender, phone, city, product, number, days since the loss, amount a visit, cause, talks before and after.
_LEAVERS = (
    (
        "DEMO-LEFT-LETGO", "潘志远", "male", "13640278815", "广州", "CORP-POS", "POS4401072215", 128, "210.00", "由我方终止",
        "通知他：支行下月停办小额收单，旧机要收回。", "他说生意不大我们就不要了，理解但寒心。",
    ),
    (
        "DEMO-LEFT-NEED", "许雅雯", "female", "13760811294", "广州", "BANK-SIP", "BK2403099170", 201, "1000.00", "需求未能满足",
        "想办境外学费的分期付汇，总行没有这个产品；报了两次，没批下来。", "改去别家办了，说我们尽力了，只是真的没有。",
    ),
    (
        "DEMO-LEFT-VALUE", "郑凯文", "male", "13822197460", "广州", "CARD-AIR", "6225-8807-7318-2046", 96, "860.00", "别家更有价值",
        "问航空卡能不能带家人进贵宾厅，我们只限本人。", "换了别家的卡：贵宾厅可带两人，里程也多。",
    ),
    (
        "DEMO-LEFT-PRICE", "曾红梅", "female", "13500093172", "佛山", "POLICY-COMP", "PL20224401900417", 310, "3200.00", "别家更便宜",
        "续保报价比去年高四百，要求比价；我们已是最低折扣。", "在网上平台买了，便宜六百，说明年再看。",
    ),
    (
        "DEMO-LEFT-MOVED", "丁少华", "male", "13928745508", "广州", "GARAGE-PLAN", "GC-20220318-402", 402, "480.00", "搬离本地",
        "做养护时说公司调他去成都，下个月走。", "已搬到成都，那边没有我们的店；车也开过去了，谢谢这些年的照顾。",
    ),
)  # fmt: skip


# What was written down where a holding ended: who ended it, and to whom it went.
_ENDS = {"DEMO-LEFT-LETGO": {"ended_by": "我行"}, "DEMO-LEFT-VALUE": {"moved_to": SOUTH_SEA}}
# What each told of why, before or (True) when they were asked.
_HEARD = {
    "DEMO-LEFT-LETGO": (Heard.ENDED_BY_US, "", False),
    "DEMO-LEFT-NEED": (Heard.PRODUCT_GAP, "", False),
    "DEMO-LEFT-VALUE": (Heard.TO_A_RIVAL, SOUTH_SEA, True),
    "DEMO-LEFT-PRICE": (Heard.PRICE_MATCH, INSURER, False),
    "DEMO-LEFT-MOVED": (Heard.MOVED_AWAY, "", False),
}


def leavers(today: dt.date) -> Story:
    """Let go by us, need not met, better value, lower price, moved away: lost on a day, with what each said."""
    story = Story()
    for number, row in enumerate(_LEAVERS):
        reference, name, gender, phone, city, product, paper, days, amount, cause, before, after = row
        since = days + 900 + 70 * number
        story.people.append(
            {
                "reference": reference, "name": name, "gender": gender, "phone": phone, "city": city,
                "owner": STORIES_OWNER, "created_on": ago(today, since),
            }
        )  # fmt: skip
        story.held.append(
            Held(
                reference, product, paper, ago(today, since), closed_on=ago(today, days), attributes=_ENDS.get(reference, {})
            )
        )  # fmt: skip
        story.told += [
            Told(reference, day - dt.timedelta(days=day.weekday() == 5), _amount(amount, product, back), product)
            for back, day in ((back, ago(today, days + 12 + (29 + number) * back)) for back in range(1, 15))
        ]
        heard, rival, is_after = _HEARD[reference]
        nothing: dict[str, Any] = {}
        told = {"heard": heard, "rival": rival}
        story.talks.append(
            Talk(
                reference, days + 24, Channel.BRANCH, Direction.IN, before, minute=600 + 35 * number,
                **nothing if is_after else told,
            )
        )  # fmt: skip
        story.talks.append(
            Talk(
                reference,
                days - 4 - number,
                Channel.CALL,
                Direction.OUT,
                f"问了离开的原因，没有推销。{after}",
                Outcome.REACHED,
                **told if is_after else nothing,
            )
        )
        story.losses.append(Loss(reference, days, cause))
    return story


def _amount(usual: str, product: str, number: int) -> str:
    """Cards and visits differ from time to time; premiums, fees and plans do not."""
    if not product.startswith(("CARD", "GARAGE")):
        return usual
    minor = round(float(usual) * (82 + number * 29 % 41))
    return f"{minor // 100}.{minor % 100:02d}"
