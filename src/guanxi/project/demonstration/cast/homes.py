"""Ms Li, who moves to a new estate (LEV-01), the saver (LEV-08), and a household of three generations (IDC-06)."""

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import (
    Agreed,
    Circle,
    Like,
    Move,
    Story,
    Talk,
    Tie,
    Told,
    ago,
    last_closed,
    month_before,
    resident,
)
from guanxi.project.demonstration.offers import PARTNER
from guanxi.project.demonstration.staffing import SERVICE, STORIES_OWNER
from guanxi.record.catalogue.rules import NewEstate
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind

LI, SAVER = "DEMO-LI", "DEMO-SAVER"
NEW_HOME = "星河湾 Star River"
MOVED = 2  # days ago
HANDED_OVER = 136  # days before the move: 2025-10-20 before 2026-03-05
# LEV-08: about 50,000 after large purchases, 230,000 two years later, 150,000 of it in time deposits.
SAVED_FROM, SAVED_TO, SAVED_TERM, SAVED_MONTHS = 50_000, 230_000, 150_000, 24
_SPENT = (86_000, 94_000, 80_000)  # the large purchases before
_PLACES = ("超市", "餐饮", "百货", "加油", "超市")
_IN, _OUT = Direction.IN, Direction.OUT
_HOUSEHOLD = (
    ("GRANDFATHER", "陈国安", "male", "44010619510412001", "退休教师，每天早上喝早茶"),
    ("GRANDMOTHER", "林秀英", "female", "44010619530920002", "爱种花，常去花市"),
    ("FATHER", "陈志明", "male", "44010619780308031", "外贸经理，出差多"),
    ("MOTHER", "吴晓燕", "female", "44010619800616022", "管家里的账"),
    ("SON", "陈子轩", "male", "44010620061002011", "在上大学"),
)


def estates(today: dt.date) -> list[NewEstate]:
    """The register of housing estates around the houses; the one of Ms Li was handed over shortly before she moved."""
    rows = (
        (NEW_HOME, "星河湾；Star River", "广州", "番禺区", "22.9420", "113.3790", MOVED + HANDED_OVER),
        ("保利花园 Poly Garden", "保利花园", "广州", "海珠区", "23.0833", "113.2880", 5_100),
        ("锦绣香江 Fragrant River", "锦绣香江", "广州", "番禺区", "22.9931", "113.3665", 3_900),
        ("云山雅苑 Cloud Hill Court", "云山雅苑", "广州", "白云区", "23.1846", "113.2733", 2_300),
        ("珠江新岸 New Pearl Bank", "珠江新岸", "广州", "天河区", "23.1163", "113.3380", 95),
        ("南沙海湾城 Nansha Bay City", "南沙海湾城", "广州", "南沙区", "22.7946", "113.5530", 40),
        ("增城山水居 Zengcheng Hills", "山水居", "广州", "增城区", "23.2610", "113.8105", 410),
        ("千灯湖壹号 Lantern Lake One", "千灯湖壹号", "佛山", "南海区", "23.0513", "113.1440", 150),
        ("顺德水乡 Shunde Waterside", "顺德水乡", "佛山", "顺德区", "22.8050", "113.2930", 980),
        ("松山湖畔 Songshan Lakeside", "松山湖畔", "东莞", "", "22.9110", "113.8960", 60),
        ("前海云境 Qianhai Skyline", "前海云境", "深圳", "南山区", "22.5290", "113.9010", 20),
        ("横琴湾 Hengqin Bay", "横琴湾", "珠海", "", "22.1180", "113.5400", -45),
    )
    return [
        NewEstate(
            name=name, aliases=aliases, city=city, district=district, latitude=north, longitude=east,
            handover_on=ago(today, days), source="示例楼盘登记", is_demo=True,
        )
        for name, aliases, city, district, north, east, days in rows
    ]  # fmt: skip


def li(today: dt.date) -> Story:
    """Ms Li called two days ago: her new address is block 3 of Star River."""
    return Story(
        people=[
            {
                "reference": LI, "name": "李雅琴", "phone": "13826091157", "gender": "female", "birthday": "1989-06-14",
                "id_number": resident("44011319890614002"), "city": "广州", "district": "荔湾区",
                "address": "康王中路 211 号 6 栋 1203", "owner": STORIES_OWNER, "account": "6225880455127704",
                "created_on": ago(today, 1_630),
            }
        ],
        told=_monthly(LI, today, "CARD-CLASSIC", 2_480),
        held=[Held(LI, "CARD-CLASSIC", "6225-8804-5512-7704", ago(today, 1_630), family="CARD")],
        talks=[
            Talk(LI, MOVED, Channel.CALL, _IN, "来电改地址：新家在星河湾 3 栋，正在看装修公司。", colleague=SERVICE, minute=1_045),
            Talk(LI, 420, Channel.BRANCH, _IN, "开了存款证明，说在看房。", minute=690),
        ],
        likes=[Like(LI, PreferenceField.TOPICS, "装修、收纳", MOVED, "电话")],
        agreed=[
            Agreed(LI, Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, 600),
            Agreed(LI, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, 600),
            Agreed(LI, Purpose.PARTNER, Channel.POST, ConsentStatus.GRANTED, 600, partner=PARTNER),
        ],
        moves=[Move(LI, MOVED, "星河湾 3 栋 802", "广州", "番禺区", NEW_HOME)],
    )  # fmt: skip


def saver(today: dt.date) -> Story:
    """Mr Huang bought a home and a car, had fifty thousand left, and has saved ever since without a large expense."""
    opened = ago(today, 2_400)
    first = month_before(today.replace(day=1), SAVED_MONTHS + 1)  # so that two years of them are closed months
    demand: list[tuple[dt.date, int]] = []
    level = SAVED_FROM + sum(_SPENT)
    for back, spent in zip((5, 3, 1), _SPENT, strict=True):
        demand.append((month_before(first, back), level))
        level -= spent
    term = [(month_before(first, -month), 50_000) for month in (9, 15, 21)]
    for month in range(SAVED_MONTHS + 1):
        day = min(month_before(first, -month), ago(today, 1))
        saved = SAVED_FROM + (SAVED_TO - SAVED_FROM) * month // SAVED_MONTHS
        demand.append((day, saved - sum(sum_ for on, sum_ in term if on <= day)))
    terms = [
        Held(SAVER, "DEPOSIT-TERM", f"TD20{310_471 + 1_983 * number}", on, renewal_on=on + dt.timedelta(days=1_095),
             attributes={"rate": "1.55%"}, balances=((on, sum_),))
        for number, (on, sum_) in enumerate(term, start=1)
    ]  # fmt: skip
    return Story(
        people=[
            {
                "reference": SAVER, "name": "黄永康", "phone": "13512768093", "gender": "male", "birthday": "1985-07-21",
                "id_number": resident("44010319850721121"), "city": "广州", "district": "白云区",
                "address": "新市街 57 号 2 栋 904", "owner": STORIES_OWNER, "account": "6225880311840926",
                "created_on": opened,
            }
        ],
        told=_monthly(SAVER, today, "CARD-DEBIT", 1_260),
        held=[Held(SAVER, "DEPOSIT-DEMAND", "6225-8803-1184-0926", opened, balances=tuple(demand)), *terms],
        talks=[
            Talk(SAVER, 75, Channel.BRANCH, _IN, "又转了一笔定期。问除了存款还有什么稳当的，没有做过风险测评。", minute=640),
            Talk(SAVER, 700, Channel.CALL, _IN, "买房买车以后手头紧，取消了基金定投。", colleague=SERVICE),
        ],
        likes=[Like(SAVER, PreferenceField.MATTERS, "要稳，不要亏本", 75, "网点")],
        agreed=[Agreed(SAVER, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, 380)],
    )  # fmt: skip


def household(today: dt.date) -> Story:
    """The Chens: grandparents, parents and a son who studies keep house together and each have something of the group."""
    story = Story()
    name = "DEMO-CHEN-{}".format
    for number, (role, called, gender, paper, like) in enumerate(_HOUSEHOLD):
        born = f"{paper[6:10]}-{paper[10:12]}-{paper[12:14]}"
        story.people.append(
            {
                "reference": name(role), "name": called, "gender": gender, "birthday": born, "id_number": resident(paper),
                "phone": f"1360227{1_180 + 913 * number}", "city": "广州", "district": "越秀区",
                "address": "文明路 88 号 5 栋 1601", "owner": STORIES_OWNER, "created_on": ago(today, 2_000 - 150 * number),
            }
        )  # fmt: skip
        story.likes.append(Like(name(role), PreferenceField.TOPICS, like, 90 + number, "拜访"))
        story.told += _monthly(name(role), today, "CARD-FAMILY" if number > 1 else "CARD-DEBIT", 620 + 310 * number)
    story.talks.append(
        Talk(name("MOTHER"), 90, Channel.VISIT, _OUT, "到家里坐了坐，三代同堂；想给孩子配一张副卡，给老人看看意外险。")
    )
    story.talks.append(
        Talk(
            name("GRANDFATHER"), 33, Channel.CALL, _IN, "问社保卡换卡要不要本人来。", Outcome.REACHED, colleague=SERVICE
        )
    )
    spouses = (("GRANDFATHER", "GRANDMOTHER"), ("FATHER", "MOTHER"))
    for one, other in spouses:
        story.ties.append(Tie(name(one), name(other), RelationKind.SPOUSE, 90))
    for parent, child in (("GRANDFATHER", "FATHER"), ("GRANDMOTHER", "FATHER"), ("FATHER", "SON"), ("MOTHER", "SON")):
        story.ties.append(Tie(name(child), name(parent), RelationKind.PARENT, 90))
    story.households.append(Circle("陈家（文明路）", tuple(name(role) for role, *_ in _HOUSEHOLD)))
    return story


def _monthly(who: str, today: dt.date, product: str, usual: int) -> list[Told]:
    """Four payments a month around one's usual sum, for two and a half years, up to yesterday."""
    told = []
    for back in range(-1, 29):
        month = month_before(last_closed(today), back)
        for number, day in enumerate((4, 11, 18, 25)):
            on = month + dt.timedelta(days=day - 1 + (back * 5 + number * 3 + usual) % 5 - 2)
            on += dt.timedelta(days=on.weekday() == 5)
            minor = usual * (100 + (back * 7 + number * 13 + usual) % 37 - 18) // 4 + (back * 31 + number * 57) % 100
            place = _PLACES[(back + number * 2 + usual) % len(_PLACES)]
            if on < today:
                amount = f"{minor // 100}.{minor % 100:02d}"
                told.append(Told(who, on, amount, product, Channel.CARD, 1 + (number + back) % 3, place))
    return told
