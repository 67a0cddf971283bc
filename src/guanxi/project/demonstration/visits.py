"""What the demo's visits leave in the four points of a visit: three of four leave something, as in a firm that asks (IDC-02)."""

from zlib import crc32

from guanxi.project.demonstration.cast.story import Talk
from guanxi.record.conversations.choices import Point
from guanxi.record.customers.choices import Channel

_CHINESE = (
    (Point.USAGE, "一直在用，没有不顺手的地方。"),
    (Point.NEEDS, "明年想换一辆大一点的车，先了解费用。"),
    (Point.USAGE, "网上缴费用得多，对账单看不太懂，已讲解。"),
    (Point.NEEDS, "父母搬来同住，想问家里的保障怎么安排。"),
    (Point.NEWS, "介绍了新的保养套餐，要再想想。"),
    (Point.GREETINGS, "问候了家里老人，记得中秋前再来。"),
)
_ENGLISH = (
    (Point.USAGE, "Uses it every week and is content."),
    (Point.NEEDS, "Thinks of a larger car next year; wants to know the cost first."),
    (Point.NEWS, "Showed the new service plan; will think it over."),
    (Point.GREETINGS, "Asked after the family; to come again before the holidays."),
)
_SILENT = 4  # one visit of so many leaves nothing


def points_of(talk: Talk) -> dict[Point, str]:
    """The points of one contact, the same for the same contact; only visits have any."""
    draw = crc32(f"{talk.customer}|{talk.days_ago}|{talk.minute}".encode())
    if talk.channel != Channel.VISIT or draw % _SILENT == 0:
        return {}
    choices = _ENGLISH if talk.summary.isascii() else _CHINESE
    point, words = choices[draw // _SILENT % len(choices)]
    return {point: words}
