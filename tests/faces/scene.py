"""A small firm to look at: a bank's branch with people and customers in fixed places, made through the real services.

Everything is dated back from a day, so that pages served to a browser speak of today.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pyarrow as pa

from guanxi.ground import clock
from guanxi.ground.text.resident_ids import check_character
from guanxi.identity import services as identity
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import Staff, Team
from guanxi.identity.principals import Principal
from guanxi.identity.queries import principal_of_staff, system_principal
from guanxi.identity.services import NewStaff
from guanxi.project.demonstration.cast.spenders import WANG_LAST, WANG_MONTHS
from guanxi.record.actions.services import propose_actions
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products, products_by_reference
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind, Stage
from guanxi.record.customers.services import (
    NewCustomer,
    record_preference,
    register_customers,
    relate_customers,
    write_headlines,
)
from guanxi.record.customers.services.relating import NewRelation
from guanxi.record.dealings.services import record_dealings
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings
from guanxi.record.signals.rules import EvidenceRow, recompute
from guanxi.record.signals.services import raise_signals
from guanxi.record.standing.models import Edition, Standing

SYSTEM = system_principal("command")
ZONE = "Asia/Shanghai"
PASSWORD = "correct-Horse-7"  # of every account of the scene
PEOPLE = (
    ("lin", "林晓彤", "manager", "oak"),
    ("zhou", "周航", "manager", "oak"),
    ("chen", "陈洁", "leader", "oak"),
    ("he", "何平", "service", "branch"),
    ("zhao", "赵敏", "marketer", "branch"),
    ("du", "杜若", "reader", "oak"),
    ("huang", "黄立", "manager", "south"),
    ("li", "李工", "admin", "branch"),
)
SPEND_GIVEN = {
    "season": None,
    "offset": 5_000,
    "offset_share": 0.05,
    "weight": 6,
    "spread": 0.3,
    "spread_floor": 0.2,
    "shift": 0.0,
}
VISIT_GIVEN = {
    "gaps": 24,
    "mean": 30.0,
    "cv2": 0.25,
    "budget": 0.05,
    "alarm_cap": 0.05,
    "lapse_days": 180,
    "lapse_gaps": 6,
    "lapse_unknown": 365,
    "own_gaps": 4,
}


@dataclass
class Scene:
    """The firm on a day: `staff` by short name, `ids` and `codes` of customers by name."""

    today: dt.date
    staff: dict[str, Staff] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)

    def person(self, name: str) -> Principal:
        """The principal of a member of staff."""
        return principal_of_staff(self.staff[name])

    def account(self, name: str) -> Any:
        """The account of a member of staff."""
        return self.staff[name].account

    def add(self, name: str, *, owner: str = "lin", **cells: Any) -> int:
        """Take in one customer of `owner` ("" for the pool of the whole firm); returns the id."""
        row = NewCustomer(
            name=name, owner=self.staff[owner].name if owner else "", stage=Stage.CUSTOMER, code="", **cells
        )
        (answer,) = register_customers([row], by=SYSTEM, source="scene")
        assert answer.problem is None, answer.problem
        self.ids[name], self.codes[name] = answer.id, answer.code
        return answer.id


def today() -> dt.date:
    """The firm's day, also before there is a firm."""
    return clock.local_day(clock.now(), ZONE)


def filled_firm() -> Scene:
    """The firm with its people, their customers, and what is to be done."""
    return fill(found_firm())


def found_firm() -> Scene:
    """The firm with its branches and people, nobody taken in yet."""
    identity.found_firm(by=SYSTEM, name="和众金融", currency="CNY", zone=ZONE, language="zh-hans")
    scene = Scene(today())
    top = Team.objects.get(parent=None)
    for short, name, kind, parent in (
        ("branch", "天河支行", TeamKind.BRANCH, None),
        ("oak", "贵宾一组", TeamKind.TEAM, "branch"),
        ("south", "珠江支行", TeamKind.BRANCH, None),
    ):
        above = scene.teams[parent] if parent else top
        scene.teams[short] = identity.open_team(by=SYSTEM, name=name, kind=kind, parent=above)
    for short, name, role, team in PEOPLE:
        place = Team.objects.get(pk=scene.teams[team].pk)
        person = NewStaff(name=name, role=role, team=place, email=f"{short}@hezhong.example", password=PASSWORD)
        scene.staff[short] = identity.take_on_staff(by=SYSTEM, person=person)
    return scene


def fill(scene: Scene) -> Scene:
    """Customers, what they did, what was noticed and what is to be done."""
    products = (("CARD-GOLD", "金卡消费"), ("GARAGE", "养护"), ("DEPOSIT", "定期存款"), ("MOTOR", "车险"))
    create_products([NewProduct(reference=code, name=name) for code, name in products], by=SYSTEM)
    scene.products = products_by_reference([code for code, _ in products]).ids
    _customers(scene)
    _dealings(scene)
    _holdings(scene)
    _conversations(scene)
    spend, visits = spend_evidence(scene, "王海峰"), visit_evidence(scene, "张立新")
    _signals(scene, spend, visits)
    propose_actions(action_rows(scene, spend, visits), by=SYSTEM, as_of=scene.today)
    _ties(scene)
    _standing(scene)
    _headlines(scene)
    return scene


def spend_evidence(scene: Scene, name: str) -> dict[str, Any]:
    """The evidence of a spend drop, as the detectors state it, from the rows of this scene."""
    closed = _month_before(scene.today.replace(day=1), 1)
    last = scene.today.replace(day=1) - dt.timedelta(days=1)
    rows = [EvidenceRow(day, minor, is_purchase=True) for day, minor in wang_days(scene.today)]
    evidence = {
        "table": "dealings",
        "customer_id": scene.ids[name],
        "from": _month_before(closed, len(WANG_MONTHS)).isoformat(),
        "to": last.isoformat(),
        "measure": "gross_by_month",
        "given": SPEND_GIVEN,
    }
    return evidence | {"figures": recompute(rows, evidence)}


def visit_evidence(scene: Scene, name: str) -> dict[str, Any]:
    """The evidence of an absence, as the detectors state it, from the rows of this scene."""
    days = zhang_days(scene.today)
    evidence = {
        "table": "dealings",
        "customer_id": scene.ids[name],
        "from": days[0].isoformat(),
        "to": days[-1].isoformat(),
        "measure": "visit_days",
        "given": VISIT_GIVEN,
    }
    rows = [EvidenceRow(day, 48_000, is_purchase=True) for day in days]
    return evidence | {"figures": recompute(rows, evidence)}


def wang_days(today: dt.date) -> list[tuple[dt.date, int]]:
    """(day, minor units) of card purchases: twelve months of about 4,200, then one of 400 (RET-01)."""
    closed = _month_before(today.replace(day=1), 1)
    told = [(closed + dt.timedelta(days=4 + 9 * n), 20_000) for n in range(WANG_LAST * 100 // 20_000)]
    for back, total in enumerate(reversed(WANG_MONTHS), start=1):
        month, each = _month_before(closed, back), total * 100 // 10
        told += [(month + dt.timedelta(days=1 + 2 * n), each) for n in range(10)]
    return sorted(told)


def zhang_days(today: dt.date) -> list[dt.date]:
    """Monthly visits to the garage, the last one 186 days ago."""
    last = today - dt.timedelta(days=186)
    return sorted(last - dt.timedelta(days=30 * back) for back in range(24))


def action_rows(scene: Scene, spend: dict[str, Any], visits: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions of the day as decisions state them."""
    figures = spend["figures"]
    facts = {key: figures[key] for key in ("usual", "now", "drop")} | {"month": spend["to"], "also": []}
    absent = {"last": visits["figures"]["last"], "gap": visits["figures"]["gap"], "also": []}
    promised = {"day": _iso(scene, -3), "due": _iso(scene, -1), "also": []}
    talk = _talk(scene, "黄振华", -3, -1)
    later = {"day": _iso(scene, -2), "due": _iso(scene, 4), "also": []}
    return [
        action_row(scene, "黄振华", "promise_due", promised, evidence=talk, action_class=1, origin="follow_up", rank=1, due=-1, value=184_000),
        action_row(scene, "王海峰", "spend_drop_alarm", facts, evidence=spend, rank=2, value=57_600, signal_key=signal_key("spend_drop", "王海峰")),
        action_row(scene, "张立新", "inactivity_lapsed", absent, evidence=visits, origin="inactivity", rank=3, value=216_000, channel=4, signal_key=signal_key("inactivity", "张立新")),
        action_row(scene, "欧阳静", "renewal_due", {"holding": "车险", "day": _iso(scene, 25), "also": []}, action_class=3, origin="renewal", rank=4, due=6, value=112_000),
        action_row(scene, "何嘉怡", "promise_due", later, action_class=1, origin="follow_up", rank=5, due=4, value=345_000, channel=3),
        action_row(scene, "罗志强", "renewal_due", {"holding": "定期存款", "day": _iso(scene, 12), "also": []}, action_class=3, origin="renewal", rank=1, due=3, value=98_000),
    ]  # fmt: skip


def _talk(scene: Scene, name: str, on: int, due: int) -> dict[str, Any]:
    """The evidence of a promise, as decisions state it; days from today."""
    return {
        "table": "conversations",
        "customer_id": scene.ids[name],
        "from": _iso(scene, on),
        "to": _iso(scene, on),
        "measure": "follow_up",
        "given": {},
        "figures": {"due": _iso(scene, due)},
    }


def action_row(scene: Scene, name: str, reason: str, facts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """One action as decisions state it. `due`: days from today; `value`: minor units a year at stake."""
    origin = fields.get("origin", "spend_drop")
    owner = scene.staff["lin"] if name in scene.ids and name != "罗志强" else None
    return {
        "key": sha256(f"{origin}|{name}|{reason}".encode()).hexdigest()[:32],
        "customer_id": scene.ids[name],
        "owner_id": owner.pk if owner else None,
        "team_id": owner.team_id if owner else None,
        "action_class": fields.get("action_class", 2),
        "origin": origin,
        "signal_key": fields.get("signal_key", ""),
        "offer": "",
        "channel": fields.get("channel", int(Channel.CALL)),
        "rank": fields["rank"],
        "score": 100.0,
        "reason": reason,
        "reason_facts": json.dumps(facts),
        "evidence": json.dumps(fields.get("evidence", {})),
        "value_at_stake": fields["value"],
        "due_on": scene.today + dt.timedelta(days=fields.get("due", 0)),
        "proposed_on": scene.today,
    }


def signal_key(kind: str, name: str) -> str:
    """The key of a signal of this scene."""
    return sha256(f"{kind}|{name}".encode()).hexdigest()[:32]


def _customers(scene: Scene) -> None:
    id_number = "44010619820312031"
    scene.add(
        "王海峰",
        reference="K-1001",
        phone="13800135678",
        id_number=id_number + check_character(id_number),
        plate="粤A8K62Q",
        birthday="1982-03-12",
        gender="男",
        city="广州",
        district="天河区",
        address="天河北路 180 号",
        company="南方桥梁设计院",
        source="转介绍",
    )
    scene.add("张立新", reference="K-1002", phone="13922214410", plate="粤A66K18", city="广州", birthday="1978-09-02")
    for place, (name, city) in enumerate(
        (("黄振华", "广州"), ("何嘉怡", "广州"), ("欧阳静", "佛山"), ("马国梁", "深圳"), ("梁焕珍", "广州"),
         ("李思敏", "广州"), ("苏雨桐", "深圳"), ("吴晓岚", "佛山"), ("阿依古丽·买买提", "广州"), ("周文博", "广州")),
        start=3,
    ):  # fmt: skip
        scene.add(name, reference=f"K-10{place:02d}", phone=f"136{place:08d}", city=city)
    scene.add("邓志强", owner="zhou", reference="K-1020", phone="13711112222", city="广州")
    scene.add("林国栋", owner="huang", reference="K-2001", phone="13733334444", city="珠海")
    scene.add("罗志强", owner="", reference="K-3001", city="广州")


def _dealings(scene: Scene) -> None:
    rows = [("王海峰", day, minor, "CARD-GOLD", Channel.CARD) for day, minor in wang_days(scene.today)]
    rows += [("张立新", day, 48_000, "GARAGE", Channel.BRANCH) for day in zhang_days(scene.today)]
    rows.append(
        (
            "王海峰",
            _month_before(scene.today.replace(day=1), 3) + dt.timedelta(days=20),
            -6_500,
            "CARD-GOLD",
            Channel.CARD,
        )
    )
    for place, name in enumerate(("何嘉怡", "李思敏", "苏雨桐"), start=1):
        rows += [
            (name, scene.today - dt.timedelta(days=9 * place + 31 * n), 12_300 * place, "CARD-GOLD", Channel.CARD)
            for n in range(6)
        ]
    record_dealings(
        pa.table(
            {
                "customer_id": pa.array([scene.ids[row[0]] for row in rows], pa.int64()),
                "occurred_at": pa.array([dt.datetime.combine(row[1], dt.time(4), dt.UTC) for row in rows], pa.timestamp("us", "UTC")),
                "occurred_on": pa.array([row[1] for row in rows], pa.date32()),
                "amount": pa.array([row[2] for row in rows], pa.int64()),
                "currency": pa.array(["CNY"] * len(rows), pa.large_string()),
                "product_id": pa.array([scene.products[row[3]] for row in rows], pa.int64()),
                "channel": pa.array([int(row[4]) for row in rows], pa.int16()),
            }
        ),
        by=SYSTEM,
        cause="scene",
    )  # fmt: skip


def _holdings(scene: Scene) -> None:
    day = scene.today
    record_holdings(
        [
            NewHolding(
                reference="6225880112346621",
                customer_id=scene.ids["王海峰"],
                product_id=scene.products["CARD-GOLD"],
                opened_on=day - dt.timedelta(days=9 * 365),
            ),
            NewHolding(
                reference="TD20240912001",
                customer_id=scene.ids["王海峰"],
                product_id=scene.products["DEPOSIT"],
                opened_on=day - dt.timedelta(days=300),
                renewal_on=day + dt.timedelta(days=65),
            ),
            NewHolding(
                reference="PDAA20240888",
                customer_id=scene.ids["欧阳静"],
                product_id=scene.products["MOTOR"],
                opened_on=day - dt.timedelta(days=340),
                renewal_on=day + dt.timedelta(days=25),
            ),
        ],
        by=SYSTEM,
    )


def _conversations(scene: Scene) -> None:
    wang, lin = scene.ids["王海峰"], scene.person("lin")
    at = clock.start_of_day(scene.today, ZONE)
    log_conversation(
        wang,
        by=lin,
        channel=Channel.VISIT,
        summary="孩子 9 月上小学；想了解怎样攒教育金，不急。",
        outcome=Outcome.REACHED,
        at=at - dt.timedelta(days=58),
    )
    log_conversation(
        scene.ids["黄振华"],
        by=lin,
        channel=Channel.CALL,
        direction=Direction.IN,
        summary="理赔材料交了两周还没有答复，请给个准信。",
        outcome=Outcome.PROMISED,
        follow_up_on=scene.today - dt.timedelta(days=1),
        at=at - dt.timedelta(days=2, hours=14),
    )
    log_conversation(
        wang,
        by=lin,
        channel=Channel.CALL,
        direction=Direction.IN,
        summary="年费怎么又要收？答应今早回电。",
        outcome=Outcome.PROMISED,
        follow_up_on=scene.today,
        at=at - dt.timedelta(hours=8),
    )


def _signals(scene: Scene, spend: dict[str, Any], visits: dict[str, Any]) -> None:
    rows = [
        _signal(scene, "王海峰", "spend_drop", "alarm", spend, at_stake=378_500),
        _signal(scene, "张立新", "inactivity", "lapsed", visits, at_stake=48_000),
    ]
    raise_signals(rows, by=SYSTEM, as_of=scene.today)


def _signal(
    scene: Scene, name: str, kind: str, state: str, evidence: dict[str, Any], *, at_stake: int
) -> dict[str, Any]:
    return {
        "key": signal_key(kind, name),
        "customer_id": scene.ids[name],
        "kind": kind,
        "state": state,
        "occurred_on": scene.today - dt.timedelta(days=2),
        "detected_on": scene.today,
        "severity": 0.9,
        "at_stake": at_stake,
        "probability": 0.23,
        "evidence": json.dumps(evidence),
        "detector_version": 1,
    }


def _ties(scene: Scene) -> None:
    """What Wang likes, who is near him, what he agrees to."""
    wang, lin, day = scene.ids["王海峰"], scene.person("lin"), scene.today
    for line, text, source, ago in (
        (PreferenceField.CONTACT, "上午打，九点以后", "本人说", 148),
        (PreferenceField.BREAKFAST, "喝凤凰单丛", "拜访", 58),
        (PreferenceField.TOPICS, "聊羽毛球、桥梁工程", "拜访", 58),
    ):
        record_preference(wang, field=line, text=text, source=source, by=lin, told_on=day - dt.timedelta(days=ago))
    relate_customers(wang, NewRelation(scene.ids["李思敏"], RelationKind.SPOUSE, source="本人说"), by=SYSTEM)
    relate_customers(wang, NewRelation(scene.ids["林国栋"], RelationKind.REFERRER), by=SYSTEM)
    at = clock.start_of_day(day - dt.timedelta(days=90), ZONE)
    said = {"at": at, "evidence": "签字单 12 号", "source": "柜台"}
    record_consents(
        [
            NewConsent(
                wang, Statement(purpose=Purpose.MARKETING, channel=Channel.CALL, status=ConsentStatus.GRANTED, **said)
            ),
            NewConsent(
                wang, Statement(purpose=Purpose.MARKETING, channel=Channel.POST, status=ConsentStatus.GRANTED, **said)
            ),
            NewConsent(
                wang, Statement(purpose=Purpose.MARKETING, channel=Channel.SMS, status=ConsentStatus.DENIED, **said)
            ),
            NewConsent(
                wang,
                Statement(
                    purpose=Purpose.PARTNER,
                    partner="某航空",
                    channel=Channel.EMAIL,
                    status=ConsentStatus.DENIED,
                    **said,
                ),
            ),
        ],
        by=lin,
    )


def _standing(scene: Scene) -> None:
    """An edition of yesterday, as a refresh would have left it (the switch of tables is proven elsewhere)."""
    yesterday = scene.today - dt.timedelta(days=1)
    Edition.objects.create(name="2026-1", as_of=yesterday, started_at=clock.now(), published_at=clock.now())
    months = sorted(day for day, _ in wang_days(scene.today))
    for name, first_on, last_on, figures in (
        (
            "王海峰",
            months[0] - dt.timedelta(days=8 * 365),
            months[-1],
            {"frequency": 121, "monetary": 41_500, "loss_risk": 0.62, "probability_alive": 0.41, "potential": 123_400},
        ),
        (
            "张立新",
            zhang_days(scene.today)[0],
            zhang_days(scene.today)[-1],
            {"frequency": 23, "monetary": 48_000, "loss_risk": 0.35, "probability_alive": 0.2},
        ),
    ):
        plain = {
            "tier": 1,
            "tier_strict": 1,
            "value": 691_200,
            "state": 3,
            "rfm": "543",
            "rfm_class": "at_risk",
            "grade": "B",
        }
        plain |= {"expected_purchases_365": 38.4, "lifetime_value": 2_845_000, "first_on": first_on, "last_on": last_on}
        Standing.objects.create(customer_id=scene.ids[name], **plain | figures)


def _headlines(scene: Scene) -> None:
    tiers = {
        "王海峰": (1, 3, 691_200),
        "张立新": (2, 4, 216_000),
        "何嘉怡": (2, 1, 345_000),
        "李思敏": (1, 1, 1_190_000),
    }
    tiers |= {
        "苏雨桐": (1, 1, 1_430_000),
        "马国梁": (2, 2, 426_000),
        "梁焕珍": (3, 1, 64_000),
        "黄振华": (2, 1, 184_000),
    }
    write_headlines([(scene.ids[name], *values) for name, values in tiers.items()], by=SYSTEM)


def _iso(scene: Scene, days: int) -> str:
    return (scene.today + dt.timedelta(days=days)).isoformat()


def _month_before(first: dt.date, months: int) -> dt.date:
    number = first.year * 12 + first.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)
