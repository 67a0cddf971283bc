"""Four who moved far out months ago, to homes that are not new: they may need a car (LEV-07). Two agreed to our own letters and to
those of the car market, one to the market's alone, one to ours alone. One has redeemed his coupon already (working.py).
"""

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import Agreed, Move, Story, Talk, ago, resident
from guanxi.project.demonstration.offers import PARTNER
from guanxi.project.demonstration.staffing import SERVICE, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction
from guanxi.record.customers.choices import Channel

REDEEMER = "DEMO-FAR-LIANG"
_OWNER = "DEMO-16"  # a list on which a leaflet finds its place
FAR_OUT = "增城山水居 Zengcheng Hills"  # 57 km from the centre, handed over more than a year ago
_MARKETING, _PARTNER = Purpose.MARKETING, Purpose.PARTNER
# reference, name, gender, first 17 digits of the resident ID, phone, block, days since the move, letters agreed to
_WHO = (
    (REDEEMER, "梁伟强", "male", "44011219860305101", "13711860452", 5, 64, (_MARKETING, _PARTNER)),
    ("DEMO-FAR-OU", "区秀珍", "female", "44011219900917204", "13527714096", 9, 71, (_MARKETING, _PARTNER)),
    ("DEMO-FAR-TANG", "汤俊文", "male", "44011219810622303", "13433905817", 2, 83, (_PARTNER,)),
    ("DEMO-FAR-ZHUO", "卓丽君", "female", "44011219871128408", "13660428375", 7, 58, (_MARKETING,)),
)


def movers(today: dt.date) -> Story:
    """They told the new address on the telephone; what they agreed to, they signed two years ago."""
    story = Story()
    for number, (reference, name, gender, paper, phone, block, moved, agreed) in enumerate(_WHO):
        since = ago(today, 1_100 + 90 * number)
        owner = STORIES_OWNER if reference == REDEEMER else _OWNER
        story.people.append(
            {
                "reference": reference, "name": name, "phone": phone, "gender": gender,
                "birthday": f"{paper[6:10]}-{paper[10:12]}-{paper[12:14]}", "id_number": resident(paper), "city": "广州",
                "district": "天河区", "address": f"龙口西路 {31 + 4 * number} 号 {block} 栋", "owner": owner,
                "created_on": since,
            }
        )  # fmt: skip
        story.held.append(Held(reference, "CARD-CLASSIC", f"6225-8809-{4_071 + number}-2203", since, family="CARD"))
        story.talks.append(
            Talk(
                reference,
                moved,
                Channel.CALL,
                Direction.IN,
                "来电改地址：搬到增城了，上班要一个多小时。",
                colleague=SERVICE,
            )
        )
        story.moves.append(Move(reference, moved, f"山水居 {block} 栋", "广州", "增城区", FAR_OUT))
        story.agreed.append(Agreed(reference, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, 700))
        story.agreed += [
            Agreed(
                reference,
                purpose,
                Channel.POST,
                ConsentStatus.GRANTED,
                700,
                partner=PARTNER if purpose == _PARTNER else "",
            )
            for purpose in agreed
        ]
    return story
