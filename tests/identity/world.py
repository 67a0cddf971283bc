"""The world of the permission matrix: one principal of every kind, and for each of them a customer in every place."""

import datetime as dt
from dataclasses import dataclass

from guanxi.ground import clock
from guanxi.identity import queries, services
from guanxi.identity.models import Staff
from guanxi.identity.permissions import Permission
from guanxi.identity.principals import ANONYMOUS, Principal, PrincipalKind, delegated, portal_principal
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.models import Action
from guanxi.record.children.models import Child
from guanxi.record.consents.models import Consent
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.customers.choices import Channel, Stage, State, Tier
from guanxi.record.customers.models import Address, Customer, OwnerChange, Preference
from guanxi.record.customers.services import NewCustomer, delete_customers, register_customers, reindex_customers
from guanxi.record.dealings.models import Dealing
from guanxi.record.declarations.models import Declaration
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.imports.choices import ImportStatus, Outcome
from guanxi.record.imports.models import Import, ImportBatch, ImportProblem
from guanxi.record.imports.rules import pack_integers, pack_outcomes
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Edition, Standing, StandingMove
from guanxi.record.suitability.models import RiskTest
from guanxi.record.suppressions.models import Suppression
from guanxi.record.surveys.models import Survey
from guanxi.rescue.abuse.choices import ReviewKind, Told
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.credit.choices import About
from guanxi.rescue.credit.models import CreditCase, Notice
from guanxi.rescue.winback.models import Loss
from tests.rescue.credit.cases import evidence

SYSTEM = queries.system_principal()
STAFF = ("manager", "leader", "service", "marketer", "analyst", "reviewer", "reader", "admin")
DAY = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Target:
    """A customer, and what hangs on it."""

    place: str
    id: int
    code: str
    name: str
    reference: str
    phone: str
    email: str
    account: str
    holding_id: int
    holding: str
    conversation: str
    signal: str
    action: str
    imported: str
    attachment: str
    preference: int
    taken_off: int
    rest: int
    ending: int
    case: str
    review: str
    loss: str


@dataclass(frozen=True)
class World:
    principals: dict[str, Principal]
    owned: dict[str, Target]  # by role: the customer that is its own
    others: dict[str, Target]  # by place
    staff: dict[str, Staff]

    def targets(self, name: str) -> list[Target]:
        """A customer in every place, as seen from the principal `name`."""
        role = {"token": "manager", "agent": "leader"}.get(name, name)
        return [*([self.owned[role]] if role in self.owned else []), *self.others.values()]

    @property
    def everybody(self) -> list[Target]:
        """All customers there are."""
        return [*self.owned.values(), *self.others.values()]


def build_world(firm) -> World:
    """The firm of the fixture with its people, and their customers with everything that hangs on them."""
    staff = {role: _take_on(role, role, firm.oak) for role in STAFF}
    staff |= {
        "colleague": _take_on("colleague", "manager", firm.oak),
        "branch": _take_on("branch", "manager", firm.elm),
        "elsewhere": _take_on("elsewhere", "manager", firm.fir),
        "leaver": _take_on("leaver", "leader", firm.oak),
    }
    services.end_employment(by=SYSTEM, staff=staff["leaver"])
    names = [*STAFF, "colleague", "branch", "elsewhere", "deleted", "pool_oak", "pool"]
    ids = _register(names, staff)
    for role in STAFF:  # whoever looks after nobody still has somebody: a role that was changed leaves customers behind
        Customer.objects.filter(pk=ids[role]).update(owner=staff[role])
    Customer.objects.filter(pk=ids["pool_oak"]).update(owner=None)
    Customer.objects.filter(pk__in=ids.values()).update(state=State.ACTIVE, tier=Tier.B, stage=Stage.CUSTOMER)
    reindex_customers(ids.values())
    edition = Edition.objects.create(name="e1", as_of=DAY, started_at=clock.now(), published_at=clock.now())
    targets = {name: _hang_on(name, number, ids[name], edition) for number, name in enumerate(names)}
    delete_customers([ids["deleted"]], by=SYSTEM)
    others = ("colleague", "branch", "elsewhere", "pool_oak", "pool", "deleted")
    return World(
        principals=_principals(staff),
        owned={role: targets[role] for role in STAFF},
        others={name: targets[name] for name in others},
        staff=staff,
    )


def _principals(staff: dict[str, Staff]) -> dict[str, Principal]:
    people = {role: queries.principal_of_staff(staff[role]) for role in (*STAFF, "leaver")}
    looking = {permission.value for permission in Permission if permission.value.endswith(".view")}
    everything = looking | {
        Permission.LOG_CONVERSATIONS.value,
        Permission.VIEW_POOL.value,
        Permission.ERASE_CUSTOMERS.value,
    }
    return people | {
        "anonymous": ANONYMOUS,
        "portal": portal_principal("wang22222222"),
        "token": delegated(people["manager"], kind=PrincipalKind.TOKEN, code="t1", permissions=looking),
        "agent": delegated(people["leader"], kind=PrincipalKind.AGENT, code="a1", permissions=everything),
    }


def _take_on(name: str, role: str, team) -> Staff:
    return services.take_on_staff(by=SYSTEM, person=services.NewStaff(name=name, role=role, team=team))


def _register(names: list[str], staff: dict[str, Staff]) -> dict[str, int]:
    owners = {name: staff[name] for name in names if name in staff}
    owners = {name: (one if queries.takes_work(one) else staff["manager"]).code for name, one in owners.items()}
    owners |= {"deleted": staff["colleague"].code, "pool_oak": staff["colleague"].code}
    rows = [
        NewCustomer(
            name=f"司徒{_HAN[number]}",
            reference=f"REF{number:05d}",
            phone=f"138001380{number:02d}",
            email=f"person{number}@example.org",
            account=f"62220212000000{number:05d}",
            owner=owners.get(name, ""),
        )
        for number, name in enumerate(names)
    ]
    done = register_customers(rows, by=SYSTEM, source="test")
    assert [one.problem for one in done if one.problem] == []
    return {name: one.id for name, one in zip(names, done, strict=True)}


_HAN = "一二三四五六七八九十百千万岚"


def _hang_on(name: str, number: int, customer_id: int, edition: Edition) -> Target:
    """One holding, dealing, conversation, signal, action, standing, movement and import for each customer."""
    customer = Customer.objects.get(pk=customer_id)
    now = clock.now()
    holding = Holding.objects.create(customer=customer, reference=f"H{number:05d}", opened_on=DAY)
    Dealing.objects.create(customer=customer, occurred_at=now, occurred_on=DAY, amount=100 + number, currency="CNY")
    conversation = Conversation.objects.create(
        customer=customer, at=now, on=DAY, channel=Channel.CALL, summary=f"said {number}"
    )
    attachment = Attachment.objects.create(
        conversation=conversation, name="a.png", stored=f"ab/{number}", media_type="image/png", size=1, at=now
    )
    told = {"customer": customer, "field": 7, "source": "visit", "told_on": DAY}
    preference = Preference.objects.create(text="boats", **told)
    taken_off = Preference.objects.create(text="trains", ended_on=clock.local_day(now, "Asia/Shanghai"), **told)
    Address.objects.create(customer=customer, text="1 Fir Lane", valid_from=DAY)
    OwnerChange.objects.create(customer=customer, on=DAY, to_staff=customer.owner)
    Consent.objects.create(customer=customer, purpose=2, channel=4, status=1, at=now, source="form", evidence="signed")
    Child.objects.create(
        customer=customer, born_in=dt.date(2026, 1, 1), consent_way="written", consented_on=DAY, noted_on=DAY
    )
    Declaration.objects.create(customer=customer, fact=22, amount=1, source=f"form {number}", told_on=DAY)
    Survey.objects.create(customer=customer, asked_on=DAY - dt.timedelta(days=400), value=8)
    RiskTest.objects.create(customer=customer, level=2, tested_on=DAY, valid_until=dt.date(2027, 3, 1))
    rest = Suppression.objects.create(
        customer=customer, cause="complaint", since_on=DAY, why=f"never came {number}",
        recorded_on=clock.local_day(now, "Asia/Shanghai"),
    )  # fmt: skip
    ending = Ending.objects.create(  # on its last day it is taken back or carried out
        holding=holding, ground=f"clause {number}", noticed_on=DAY, ends_on=clock.local_day(now, "Asia/Shanghai"),
        given_by=Staff.objects.get(role="admin"),
    )  # fmt: skip
    signal = Signal.objects.create(
        key=f"s{number}", customer=customer, kind=SignalKind.SPEND_DROP, state=SignalState.ALARM, occurred_on=DAY,
        detected_on=DAY, changed_on=DAY, at_stake=1000 + number,
    )  # fmt: skip
    action = Action.objects.create(
        key=f"a{number}", customer=customer, owner=customer.owner, team=customer.team, action_class=ActionClass.CARE,
        origin="spend_drop", reason="spend_drop", due_on=DAY, proposed_on=DAY,
    )  # fmt: skip
    loss = Loss.objects.create(
        key=f"l{number}", customer=customer, lost_on=DAY, known_on=DAY, first_on=DAY, tier=Tier.B, worth=number,
        offer="back", way=2, value=100, per_unit=25,
    )  # fmt: skip
    case = CreditCase.objects.create(
        customer=customer,
        signal_key=f"c{number}",
        opened_on=DAY,
        due_on=DAY,
        currency="CNY",
        evidence=evidence(customer_id),
    )
    Notice.objects.create(
        case=case, number=1, about=About.DECISION, language="en", wording="1", body="told", written_on=DAY
    )
    review = AbuseReview.objects.create(
        customer=customer, key=f"r{number}", kind=ReviewKind.CLAIMS, opened_on=DAY, due_on=DAY
    )
    review.notices.create(number=1, about=Told.FLAG, language="en", wording="1", body="told", written_on=DAY)
    Standing.objects.create(
        customer_id=customer_id, tier=Tier.B, tier_strict=Tier.B, value=number, state=State.ACTIVE, grade="A"
    )
    StandingMove.objects.create(customer_id=customer_id, edition=edition, on=DAY, field="tier", old=3, new=1)
    by = customer.owner.code if customer.owner else "command"
    imported = Import.objects.create(
        kind="customers", file_name=f"{name}.csv", digest=str(number), status=ImportStatus.DONE, started_at=now,
        by_kind="staff" if customer.owner else "system", by_code=by, rows=1, created=1,
    )  # fmt: skip
    ImportBatch.objects.create(
        import_ref=imported, first_row=1, count=1, outcomes=pack_outcomes(bytes([Outcome.CREATED])),
        ids=pack_integers([customer_id]), lines=pack_integers([2]), undone=True,
    )  # fmt: skip
    ImportProblem.objects.create(import_ref=imported, row=1, line=2, reason="a.remark", words="a remark")
    return Target(
        place="own" if name in STAFF else name,
        id=customer_id,
        code=customer.code,
        name=customer.name,
        reference=customer.reference,
        phone=f"138001380{number:02d}",
        email=f"person{number}@example.org",
        account=f"62220212000000{number:05d}",
        holding_id=holding.pk,
        holding=holding.reference,
        conversation=conversation.code,
        signal=signal.code,
        action=action.code,
        imported=imported.code,
        attachment=attachment.code,
        preference=preference.pk,
        taken_off=taken_off.pk,
        rest=rest.pk,
        ending=ending.pk,
        case=case.code,
        review=review.code,
        loss=loss.code,
    )
