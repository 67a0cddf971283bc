"""What those who quietly left had asked for or said about that time, where somebody noted it: by what they used, by seed.

One in four said nothing, as in life. The competitors, and the prices of our own that rose, are the same for everybody.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from guanxi.ground import clock
from guanxi.identity.principals import Principal
from guanxi.project.demonstration.cast.story import Talk, ago
from guanxi.project.demonstration.population import Lives
from guanxi.project.demonstration.rivals import GARAGE, INSURER, PEARL, RIVALS, SOUTH_SEA, STORE
from guanxi.project.demonstration.staffing import ENGLISH_WRITERS, STORIES_OWNER
from guanxi.record.catalogue.services import list_rival, note_price_change, note_promotion
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import NewCustomer

# (product, months ago, old, new): what rose, and one price that fell.
_PRICES = (
    ("GARAGE-SERVICE", 9, "450", "480"),
    ("POLICY-COMP", 14, "2980", "3200"),
    ("POLICY-HEALTH", 7, "720", "780"),
    ("CORP-POS", 11, "780", "900"),
    ("SHOP-TEA-W", 8, "148", "138"),
)
# Promotions of competitors: who, how many months ago it began, and for how many days more it lasted.
_PROMOTIONS = ((STORE, 2, 13), (SOUTH_SEA, 5, 29), (STORE, 13, 20), (GARAGE, 9, 20))
_MONTH = dt.timedelta(days=30)
_GONE = 150  # days since the last of the life; before that nobody knows that somebody left
# By what was used: who offers the same, and what somebody asks for that we do not have (in Chinese and in English).
_USED = {
    "car": (GARAGE, "想让人上门取车做养护，我们没有这项服务。", "Asked for the car to be fetched for its service; we do not do that."),
    "policy": (INSURER, "想给父母买七十岁以上能投的医疗险，我们没有。", "Wants medical cover for parents over seventy; we have none."),
    "bank": (SOUTH_SEA, "想办三年期可提前支取的大额存单，我们没有。", "Wants a three-year deposit that may be broken; we have none."),
    "card": (PEARL, "问有没有带家人进贵宾厅的卡，我们没有。", "Asked for a card that takes the family into the lounge; we have none."),
    "shop": (STORE, "想要上门量尺定做窗帘，我们不做。", "Wants curtains measured at home; we do not do that."),
}  # fmt: skip
_SAID: tuple[tuple[float, Heard, str, str], ...] = (
    (0.20, Heard.PRICE_MATCH, "说{rival}便宜一截，问能不能跟价，没谈下来。", "Says {other} is cheaper; asked us to match it, in vain."),
    (0.17, Heard.TO_A_RIVAL, "说以后用{rival}的了，那边更合适。", "Says that {other} suits better and goes there from now on."),
    (0.15, Heard.PRODUCT_GAP, "", ""),
    (0.09, Heard.MOVED_AWAY, "搬去外省了，那边没有我们的网点。", "Moved to another province, where we have no branch."),
    (0.03, Heard.TOO_OLD, "过了投保年龄，续不了。", "Past the age limit; it cannot be renewed."),
    (0.03, Heard.ENDED_BY_US, "网点调整，通知他这项服务停办。", "Told that the branch no longer offers this service."),
    (0.08, Heard.NOTHING, "来电问办理进度，没有人回。", "Called to ask how far it is; nobody called back."),
)  # fmt: skip
_CLOSES = ("公司下月注销，业务都停了。", "The company closes next month.")


def know_the_market(*, by: Principal) -> None:
    """Enter the competitors with their promotions, and the prices that changed."""
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    codes = {name: list_rival(name, by=by, is_demo=True) for name in RIVALS}
    for name, months, days in _PROMOTIONS:
        began = today - months * _MONTH
        note_promotion(codes[name], began, began + dt.timedelta(days), by=by)
    for product, months, old, new in _PRICES:
        note_price_change(product, (today - months * _MONTH).replace(day=1), old=old, new=new, by=by)


def farewells(random: np.random.Generator, rows: Sequence[NewCustomer], lives: Lives, today: dt.date) -> Iterator[Talk]:
    """A contact with most of those whose life here ended, in the weeks about it; rows in the order of lives."""
    days = int(lives.end.max())
    for number, row in enumerate(rows):
        gone, chance = days - int(lives.end[number]), float(random.random())
        around, kind = gone + int(random.integers(-12, 24)), float(random.random())
        known = (today - (row.created_on or today)).days
        if gone < _GONE or chance > _NOTED or around >= known:
            continue
        yield _talk(row, lives, number, (around, kind, ago(today, around)))


_NOTED = 0.8


def _talk(row: NewCustomer, lives: Lives, number: int, drawn: tuple[int, float, dt.date]) -> Talk:
    around, kind, on = drawn
    in_english = row.language == "en" or row.owner in ENGLISH_WRITERS
    rival, missed, missed_here = _USED[next((name for name in _USED if getattr(lives, name)[number]), "shop")]
    heard, words = _chosen(kind, in_english=in_english)
    if lives.is_organisation[number] and kind < _SAID[0][0]:
        heard, words = Heard.CLOSED_BUSINESS, _CLOSES[in_english]
    if heard == Heard.PRODUCT_GAP:
        words = missed_here if in_english else missed
    ours, _, theirs = rival.partition(" ")
    return Talk(
        row.reference, around, Channel.CALL, Direction.IN, words.format(rival=ours, other=theirs),
        Outcome.REACHED if heard else Outcome.NO_ANSWER, colleague=row.owner or STORIES_OWNER,
        minute=570 + on.day * 14, heard=heard,
        rival=rival if heard in (Heard.PRICE_MATCH, Heard.TO_A_RIVAL) else "",
    )  # fmt: skip


def _chosen(kind: float, *, in_english: bool) -> tuple[Heard, str]:
    """What was said at a place between 0 and 1 of all that is said."""
    place = kind * sum(share for share, *_ in _SAID)
    for share, heard, ours, theirs in _SAID:
        place -= share
        if place < 0:
            return heard, theirs if in_english else ours
    return _SAID[-1][1], _SAID[-1][3] if in_english else _SAID[-1][2]
