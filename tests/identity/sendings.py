"""What a page of ours would send to each address: the same for everybody, so that only rights decide."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.sheets import Selection
from guanxi.identity.models import Account, Firm, Staff, Team
from guanxi.identity.principals import Principal
from guanxi.identity.services import change_day, end_employment
from guanxi.insight.trials import keep_run
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import coupon_of
from guanxi.record.actions.services import answer_action, put_off_selected
from guanxi.record.bookmarks.models import SavedView
from guanxi.record.catalogue.models import Estate, PriceChange, Product, Rival, RivalPromotion
from guanxi.record.conversations.choices import Heard, Outcome
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.places import place_of
from guanxi.record.customers.choices import Channel, IdentifierKind, RelationKind, Stage
from guanxi.record.customers.models import BulkAct, Customer, Group, Household, Identifier, Preference, Relation
from guanxi.record.customers.services.bulk_acting import group_selected
from guanxi.record.customers.services.grouping import add_to_group, renumber_groups
from guanxi.record.customers.services.staging import BY_HAND, change_stage
from guanxi.record.declarations.queries import version_of
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.imports.folders import folder_of
from guanxi.record.market.models import Effort
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import judge_signal
from guanxi.record.suppressions.models import Suppression
from guanxi.rescue.abuse.choices import ReviewState
from guanxi.rescue.abuse.models import AbuseReview, ReviewNotice
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.models import CreditCase, Notice
from guanxi.rescue.improvement.choices import CaseState as CauseState
from guanxi.rescue.improvement.models import ImprovementCase
from tests.faces.scene import SPEND_GIVEN
from tests.identity.offering import SPOKEN, written_offer
from tests.identity.world import SYSTEM, Target, World
from tests.insight.decisions.people import kept_rehearsal
from tests.record.signals.rows import SPEND_EVIDENCE
from tests.trusting import TOLD, trust_detectors

Sent = dict[str, Any]
Sending = Callable[[World, Principal, Target], Sent]


def _today() -> dt.date:
    return clock.local_day(clock.now(), "Asia/Shanghai")


def _version(target: Target) -> int:
    return Customer.objects.values_list("version", flat=True).get(pk=target.id)


def _action_version(target: Target) -> int:
    return Action.objects.values_list("version", flat=True).get(code=target.action)


def _another(world: World, target: Target) -> str:
    """A colleague who has neither the customer nor its work."""
    now = Customer.objects.values_list("owner_id", flat=True).get(pk=target.id)
    return world.staff["leader" if now != world.staff["leader"].pk else "manager"].code


def _mark(target: Target) -> int:
    """A number that only the administrator reads in clear."""
    return Identifier.objects.values_list("pk", flat=True).get(customer=target.id, kind=IdentifierKind.ACCOUNT)


def _own(world: World, by: Principal) -> Target:
    role = next((role for role, staff in world.staff.items() if staff.pk == by.staff_id), "leader")
    return world.owned.get(role, world.owned["leader"])


def _answered(world: World, by: Principal, target: Target) -> Sent:
    if Customer.objects.get(pk=target.id).deleted_at is None:
        answer_action(target.action, by=SYSTEM, answer="done")
    return {"version": _action_version(target)}


def _supposed(world: World, by: Principal, target: Target) -> Sent:
    Signal.objects.filter(code=target.signal).update(state="hypothesised", judgement=None, judged_from="")
    return {"answer": "yes"}


def _settled(world: World, by: Principal, target: Target) -> Sent:
    _supposed(world, by, target)
    return _judged(world, by, target)


def _judged(world: World, by: Principal, target: Target) -> Sent:
    if Customer.objects.get(pk=target.id).deleted_at is None:
        judge_signal(target.signal, by=SYSTEM, judgement=Judgement.TRUE)
    return {}


def _group() -> Group:
    group, is_new = Group.objects.get_or_create(name="tea")
    if is_new:
        renumber_groups()
    return group


def _grouped(world: World, by: Principal, target: Target) -> Sent:
    if Customer.objects.get(pk=target.id).deleted_at is None:
        add_to_group(_group().pk, [target.id], by=SYSTEM)
    return {"code": [target.code], "to": _group().code}


def _removed(world: World, by: Principal, target: Target) -> Sent:
    Group.objects.filter(code=_group().code).update(closed_on=_today())
    return {}


def _taken_back(world: World, by: Principal, target: Target) -> Sent:
    Conversation.objects.filter(code=target.conversation).update(deleted_at=clock.now())
    return {}


def _asked_for(*, met: bool) -> Sending:
    def made(world: World, by: Principal, target: Target) -> Sent:
        known = Conversation.objects.filter(code=target.conversation)
        known.update(heard=Heard.PRODUCT_GAP, met_on=_today() if met else None)
        return {}

    return made


def _of_the_market(model: Any, *, gone: bool) -> Sending:
    def made(world: World, by: Principal, target: Target) -> Sent:
        model.objects.update(deleted_at=clock.now() if gone else None)
        return {}

    return made


def _quieted(world: World, by: Principal, target: Target) -> Sent:
    Preference.objects.filter(pk=target.preference).update(is_quiet=True)
    return {}


def _solved(world: World, by: Principal, target: Target) -> Sent:
    Suppression.objects.filter(pk=target.rest).update(ended_on=_today(), end_why="补寄")
    return {}


def _moved_on(world: World, by: Principal, target: Target) -> Sent:
    if Customer.objects.get(pk=target.id).deleted_at is None:
        change_stage([target.id], to=Stage.LOST, cause=BY_HAND, by=SYSTEM)
    return {}


def _description(world: World, by: Principal, target: Target) -> Sent:
    return {"name": "新名", "title": "经理", "reference": "7", "seen": "x"}


def _view(more: Sent | None = None) -> Sending:
    return lambda w, by, t: {"from": "", "name": "新视图", "sharing": "private"} | (more or {})


def _day(world: World, by: Principal, target: Target) -> Sent:
    change_day(_today(), by=SYSTEM, is_working=False)
    return {"day": _today().isoformat()}


def _job(world: World, by: Principal, target: Target) -> Sent:
    now = clock.now()
    job = Job.objects.create(name="backup", key="x", run_after=now, created_at=now, status=JobStatus.SET_ASIDE)
    return {"job": job.pk}


def _run_of_absences(world: World, by: Principal, target: Target) -> Sent:
    keep_run({**TOLD, "detector": "inactivity"}, {}, by=SYSTEM)
    return {}


def _trusted(world: World, by: Principal, target: Target) -> Sent:
    trust_detectors(["inactivity"])
    return {}


def _demo(world: World, by: Principal, target: Target) -> Sent:
    Firm.objects.update(is_demo=True)
    return {}


def _left(world: World, by: Principal, target: Target) -> Sent:
    end_employment(by=SYSTEM, staff=Staff.objects.get(name="colleague"))
    return {}


def _password(world: World, by: Principal, target: Target) -> Sent:
    Staff.objects.filter(name="colleague").update(account=Account.objects.create(email="colleague@firm.example"))
    return {"password": "another-Horse-77"}


def _offer(status: OfferStatus, **more: Any) -> Sending:
    """The offer at a step of its way, before the next one is sent."""

    def sent(world: World, by: Principal, target: Target) -> Sent:
        Offer.objects.exclude(version=1).delete()
        approver = world.staff["leader"].pk if status >= OfferStatus.APPROVED else None
        words = SPOKEN if status != OfferStatus.SUBMITTED or "why" not in more else _FREE
        Offer.objects.update(status=status, approved_by=approver, words=words, releases={})
        return dict(more)

    return sent


def _coupon(world: World, by: Principal, target: Target) -> Sent:
    """The code of a leaflet that went out, not redeemed yet."""
    (offer,), action = set(Offer.objects.values_list("reference", flat=True)), Action.objects.order_by("pk")[0]
    told = {"reference": offer, "paper": True, "coupon": {"partner": "车市", "proves": []}}
    Action.objects.filter(pk=action.pk).update(offer=offer, reason_facts={"offer": told})
    OfferAnswer.objects.filter(action=action).delete()
    OfferAnswer.objects.create(
        action=action, offer=offer, channel=Channel.POST, outcome=Outcome.REACHED, answered_at=clock.now() - dt.timedelta(1), answered_on=_today()
    )  # fmt: skip
    return {"codes": coupon_of(action.code, offer)}


def _case(state: CaseState, **more: Any) -> Sending:
    """The case of the target at a step of its life, before the next one is sent."""

    def sent(world: World, by: Principal, target: Target) -> Sent:
        there = CreditCase.objects.filter(code=target.case)
        there.update(state=state, decision=Decision.HARDSHIP, decided_on=_today(), told_on=_today())
        Notice.objects.filter(case__in=there).update(written_on=_today())
        return {"why": "两种可能", "contact": "陈洁", "on": _today().isoformat(), **more}

    return sent


def _review(state: ReviewState, **more: Any) -> Sending:
    """The review of the target at a step of its life, in the hands of two others, before the next one is sent."""

    def sent(world: World, by: Principal, target: Target) -> Sent:
        there, today = AbuseReview.objects.filter(code=target.review), _today()
        proposed, decided = world.staff["reader"], world.staff["service"]
        cells = {"proposed_by": proposed, "decided_by": decided, "expires_on": today + dt.timedelta(days=365)}
        there.update(state=state, proposed_on=today, decided_on=today, told_on=today, **cells)
        ReviewNotice.objects.filter(review__in=there).update(written_on=today)
        return {"why": "核过", "contact": "陈洁", "on": today.isoformat(), **more}

    return sent


def _undisturbed(world: World, by: Principal, target: Target) -> Sent:
    """Whose complaint is not solved stands on no list that is handed out."""
    Suppression.objects.all().delete()
    return {"count": "5"}


def _effort() -> str:
    terms = {"leads": 9, "media": 50_00, "currency": "CNY"}
    return Effort.objects.get_or_create(kind=1, source="fair", since=_today(), until=_today(), defaults=terms)[0].code


def _improvement() -> str:
    today = _today()
    terms = {"opened_on": today, "due_on": today, "losses": 20}
    return ImprovementCase.objects.get_or_create(cause="service", quarter_on=today, defaults=terms)[0].code


def _worked_on(state: CauseState, **said: str) -> Sending:
    """The improvement case at a step of its life, in the hands of whoever comes."""

    def sent(world: World, by: Principal, target: Target) -> Sent:
        ImprovementCase.objects.update(state=state, owner_id=by.staff_id or world.staff["leader"].pk)
        return {name: _today().isoformat() if words == "today" else words for name, words in said.items()}

    return sent


def _unnoticed(world: World, by: Principal, target: Target) -> Sent:
    """The contract before anybody has given notice of it."""
    Ending.objects.filter(pk=target.ending).delete()
    code = Holding.objects.values_list("code", flat=True).get(pk=target.holding_id)
    days = {"noticed_on": _today().isoformat(), "ends_on": (_today() + dt.timedelta(days=60)).isoformat()}
    return {"holding": code, "ground": "合同第九条", **days}


def _increase(world: World, by: Principal, target: Target) -> Sent:
    CreditCase.objects.filter(code=target.case).update(
        kind=CaseKind.RAISE, limit=100, proposed=200, evidence={"figures": {"low": 30, "high": 40, "months": 24}}
    )
    return {"outcome": "leave", "why": "暂不提高"}


_FREE = SPOKEN | {"benefit": {"zh": "免费", "en": "word"}}
_OFFER = {
    "reference": "loan_77", "issue": "5", "regulatory_class": "0", "value_model": "0", "unit_value": "7", "seen": "x",
}  # fmt: skip
_NEW = {"name": "新客", "phone": "13911112222", "kind": "person", "sure": "on"}
_TEXT = {"name": "新店", "city": "广州", "reference": "P-77", "seen": "x"}

SENDINGS: dict[str, Sending] = {
    "language": lambda w, by, t: {"language": "en"},
    "appearance": lambda w, by, t: {"theme": "dark"},
    "my_settings": lambda w, by, t: {"density": "compact"},
    "first_step": lambda w, by, t: {"step": "", "mark": "done"},
    "search": lambda w, by, t: {"q": t.phone},
    "customers": lambda w, by, t: {"q": t.phone},
    "sight": lambda w, by, t: {"who": w.staff["leader"].code, "customer": t.phone},
    "recognition": lambda w, by, t: {"q": t.account, "why": "call"},
    "opened": lambda w, by, t: {"noun": "customer", "code": t.code},
    "favourite": lambda w, by, t: {"noun": "customer", "code": t.code, "on": "yes"},
    "favourite_order": lambda w, by, t: {"codes": t.code},
    "bulk_assignment": lambda w, by, t: {"code": [t.code], "to": _another(w, t)},
    "bulk_grouping": lambda w, by, t: {"code": [t.code], "to": _group().code},
    "bulk_ungrouping": _grouped,
    "bulk_deletion": lambda w, by, t: {"code": [t.code], "sure": "on"},
    "bulk_file": lambda w, by, t: {"code": [t.code], "ending": "csv"},
    "bulk_withdrawal": lambda w, by, t: {},
    "customer_arrangement": lambda w, by, t: {"act": "fold", "panel": "groups", "customer": ""},
    "customer_new": lambda w, by, t: _NEW,
    "customer_alike": lambda w, by, t: {"phone": t.phone},
    "restoration": lambda w, by, t: {"code": t.code},
    "customer_field": lambda w, by, t: {"value": "新公司", "version": _version(t)},
    "disclosure": lambda w, by, t: {"mark": _mark(t), "why": "identity"},
    "preferences": lambda w, by, t: {"field": 1, "text": "茶", "source": "told"},
    "preference": lambda w, by, t: {"text": "船", "source": "told"},
    "promises": lambda w, by, t: {"what": "回电", "due_on": (_today() + dt.timedelta(days=2)).isoformat()},
    "benefit": lambda w, by, t: {"offer": "2" * 12, "words": "别人有"},
    "proposal_taking": lambda w, by, t: {"offer": "2" * 12, "need": "装修"},
    "proposal_declining": lambda w, by, t: {"offer": "2" * 12, "need": ""},
    "address": lambda w, by, t: {"text": "1 Elm Road", "city": "广州", "source": "told"},
    "forgetting": _supposed,
    "supposition": _supposed,
    "supposition_withdrawal": _settled,
    "relations": lambda w, by, t: {"other": _own(w, by).code, "kind": int(RelationKind.SPOUSE), "source": "told"},
    "consents": lambda w, by, t: {"cell": "2.4.1", "how": "told"},
    "rests": lambda w, by, t: {"cause": "complaint", "why": "卡没寄到"},
    "rest_end": lambda w, by, t: {"how": "寄到了"},
    "rest_return": _solved,
    "rest_removal": lambda w, by, t: {},
    "risk_test": lambda w, by, t: {"level": "3", "tested_on": _today().isoformat()},
    "service_model": lambda w, by, t: {"points": "问好", "served_by": "经理", "minutes": "20"},
    "declarations": lambda w, by, t: {"version": str(version_of(t.id)), "flags": ["21"], "source": "told"},
    "children": lambda w, by, t: {"born_in": "2024-05", "consent_way": "spoken", "consented_on": _today().isoformat()},
    "children_withdrawal": lambda w, by, t: {"born_in": "2026-01"},
    "survey": lambda w, by, t: {"asked_on": _today().isoformat(), "value": "7"},
    "survey_withdrawal": lambda w, by, t: {},
    "endings": _unnoticed,
    "ending_withdrawal": lambda w, by, t: {},
    "ending_closure": lambda w, by, t: {},
    "risk_test_end": lambda w, by, t: {},
    "profiling": lambda w, by, t: {"allowed": "no"},
    "winback_handing": _undisturbed,
    "loss_reason": lambda w, by, t: {"reason": "3", "words": "别家"},
    "improvement_taking": _worked_on(CauseState.PROPOSED, due_on="today"),
    "improvement_measure": _worked_on(CauseState.TAKEN, words="改了流程", on="today"),
    "improvement_closure": _worked_on(CauseState.TAKEN, result="少了一半"),
    "credit_decision": _case(CaseState.OPEN, decision="5"),
    "credit_increase": _increase,
    "credit_notice": _case(CaseState.DECIDED, way="1"),
    "credit_appeal": _case(CaseState.NOTIFIED, words="不同意"),
    "credit_appeal_decision": _case(CaseState.APPEALED, outcome="stays"),
    "abuse_proposal": _review(ReviewState.OPEN, outcome="flag"),
    "abuse_decision": _review(ReviewState.PROPOSED, outcome="flag"),
    "abuse_notice": _review(ReviewState.CONFIRMED, way="1"),
    "abuse_appeal": _review(ReviewState.CONFIRMED, words="不同意"),
    "abuse_appeal_decision": _review(ReviewState.APPEALED, outcome="stays"),
    "fraud_hit": lambda w, by, t: {"found": "一张假收据"},
    "credit_recheck": _case(CaseState.RECHECK, outcome="stays"),
    "answer": lambda w, by, t: {"answer": "done", "version": _action_version(t)},
    "answer_withdrawal": _answered,
    "work_handing_over": lambda w, by, t: {"code": [t.action], "to": _another(w, t)},
    "work_putting_off": lambda w, by, t: {"code": [t.action], "to": "1"},
    "work_return": lambda w, by, t: {},
    "hand_over": lambda w, by, t: {"to": _another(w, t), "version": _action_version(t)},
    "judgement": lambda w, by, t: {"judgement": "true"},
    "judgement_withdrawal": _judged,
    "new_conversation": lambda w, by, t: {"customer": t.code, "channel": 1, "summary": "谈了"},
    "import_new": lambda w, by, t: {"file": SimpleUploadedFile("a.csv", b"")},
    "import_mapping": lambda w, by, t: {"act": "import"},
    "conversation_correction": lambda w, by, t: {"channel": 1, "direction": 1, "outcome": 0, "summary": "改过"},
    "conversation_return": _taken_back,
    "conversation_meeting": _asked_for(met=False),
    "conversation_reopening": _asked_for(met=True),
    "stage": lambda w, by, t: {"to": int(Stage.LOST)},
    "stage_withdrawal": _moved_on,
    "preference_heed": _quieted,
    "groups": lambda w, by, t: {"name": "新群"},
    "group_name": lambda w, by, t: {"name": "新群"},
    "group_place": lambda w, by, t: {"below": Group.objects.create(name="above").code},
    "group_return": _removed,
    "customer_groups": lambda w, by, t: {"name": "新群"},
    "customer_group_removal": _grouped,
    "teams": lambda w, by, t: {"name": "新组", "kind": 3, "parent": Team.objects.get(name="oak").code},
    "team_name": lambda w, by, t: _TEXT,
    "team_place": lambda w, by, t: {"parent": Team.objects.get(parent=None).code, "seen": "x"},
    "people": lambda w, by, t: {"name": "新人", "role": "reader", "team": Team.objects.get(name="oak").code},
    "person_description": _description,
    "person_role": lambda w, by, t: {"role": "reader", "seen": "x"},
    "person_team": lambda w, by, t: {"team": Team.objects.get(name="fir").code, "seen": "x"},
    "person_account": lambda w, by, t: {"email": "new@firm.example", "password": "another-Horse-77"},
    "person_password": _password,
    "person_leaving": lambda w, by, t: {"successor": ""},
    "person_return": _left,
    "product_new": lambda w, by, t: _TEXT,
    "product": lambda w, by, t: _TEXT,
    "estate_new": lambda w, by, t: _TEXT,
    "estate": lambda w, by, t: _TEXT,
    "rival_new": lambda w, by, t: {"name": "东江银行"},
    "price_new": lambda w, by, t: {"product": "P-1", "on": "2026-01-05", "old": "480", "new": "520"},
    "rival_removal": _of_the_market(Rival, gone=False),
    "rival_return": _of_the_market(Rival, gone=True),
    "price_removal": _of_the_market(PriceChange, gone=False),
    "price_return": _of_the_market(PriceChange, gone=True),
    "promotion_new": lambda w, by, t: {"rival": Rival.objects.get().code, "since": "2026-01-05", "until": "2026-01-09"},
    "promotion_removal": _of_the_market(RivalPromotion, gone=False),
    "promotion_return": _of_the_market(RivalPromotion, gone=True),
    "calendar": lambda w, by, t: {"day": _today().isoformat(), "is_working": "no"},
    "day_removal": _day,
    "start_questions": lambda w, by, t: {"house": "shop"},
    "threshold": lambda w, by, t: {"value": "12"},
    "job_resumption": _job,
    "detector_backtest": lambda w, by, t: {},
    "detector_trust": _run_of_absences,
    "detector_trial": _trusted,
    "demo_removal": _demo,
    "offer_new": lambda w, by, t: _OFFER,
    "offer_draft": _offer(OfferStatus.DRAFT, **_OFFER | {"reference": "loan_1"}),
    "offer_submission": _offer(OfferStatus.DRAFT),
    "offer_return": _offer(OfferStatus.APPROVED, why="改"),
    "offer_release": _offer(OfferStatus.SUBMITTED, why="条款已公布"),
    "offer_approval": _offer(OfferStatus.SUBMITTED),
    "offer_publication": _offer(OfferStatus.APPROVED),
    "offer_withdrawal": _offer(OfferStatus.PUBLISHED, why="停"),
    "offer_version": _offer(OfferStatus.WITHDRAWN),
    "offer_coupons": _coupon,
    "promotions": lambda w, by, t: {
        "reference": "draw",
        "name": "抽奖",
        "odds": "1 : 500",
        "rules": "每人一次",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    },
    "acquisition": lambda w, by, t: {
        "since": "2026-01-01",
        "until": "2026-01-31",
        "kind": "1",
        "source": "web",
        "media_cost": "50",
        "leads": "9",
        "customers": "0",
    },
    "effort_return": lambda w, by, t: {},
    "market": lambda w, by, t: {"on": "2026-01-01", "amount": "100", "told_by": "统计年鉴"},
    "policy_line": lambda w, by, t: {"name": "calls", "amount": "2"},
    "policy_capacity": lambda w, by, t: {"way": "2", "units": "9"},
    "rehearsals": _offer(OfferStatus.PUBLISHED, out_loan_1="on"),
    "policy_lever": lambda w, by, t: {"offer": "loan_1", "value": "0.1", "why": "春"},
    "policy_weight": lambda w, by, t: {"signal": "new_home", "issue": "5", "weight": "1", "why": "春"},
    "policy_begin": lambda w, by, t: {},
}
for _noun in (
    "customers",
    "actions",
    "dealings",
    "holdings",
    "conversations",
    "imports",
    "staff",
    "products",
    "estates",
    "offers",
):
    SENDINGS |= {
        f"{_noun}_file": lambda w, by, t: {"from": "", "ending": "csv"},
        f"{_noun}_views": _view(),
        f"{_noun}_view": _view(),
        f"{_noun}_view_question": _view(),
        f"{_noun}_view_widths": lambda w, by, t: {"widths": "name:240"},
        f"{_noun}_view_default": _view({"opens": "on"}),
        f"{_noun}_view_removal": _view(),
        f"{_noun}_views_order": lambda w, by, t: {"codes": "2" * 12},
        f"{_noun}_quick": lambda w, by, t: {"from": "", "where": ""},
    }
SEEN = {  # forms that say what stood there when they were made
    "team_name", "team_place", "person_description", "person_role", "person_team", "product_new", "product", "estate_new", "estate",
    "offer_new", "offer_draft",
}  # fmt: skip


def standing_places(world: World) -> dict[str, str]:
    """What stands in the places of addresses that are about no customer."""
    _group()
    other = Group.objects.create(name="done by the leader")
    group_selected(Selection((world.owned["leader"].code,)), other.pk, by=world.principals["leader"])
    known = {
        "people/<code:code>": world.staff["colleague"].code,
        "settings/people/<code:code>": world.staff["colleague"].code,
        "settings/teams/<code:code>": Team.objects.create(
            name="rowan", parent=Team.objects.get(name="north"), lo=99, hi=99
        ).code,
        "settings/products/<code:code>": (product := Product.objects.create(reference="P-1", name="p")).code,
        "settings/competition/rivals/<code:code>": (rival := Rival.objects.create(name="r")).code,
        "settings/competition/promotions/<code:code>": RivalPromotion.objects.create(
            rival=rival, since=_today(), until=_today()
        ).code,
        "settings/competition/prices/<code:code>": PriceChange.objects.create(
            product=product, on=_today(), old_price=1, new_price=2
        ).code,
        "settings/estates/<code:code>": Estate.objects.create(name="e", city="c").code,
        "offers/<code:code>": written_offer(world).code,
        "insight/improvements/<code:code>": _improvement(),
        "insight/acquisition/<code:code>": _effort(),
        "insight/rehearsal/<code:code>": kept_rehearsal("loan_1"),
        "settings/thresholds/(?P<name>[a-z_]+\\.[a-z_]+)": "decisions.capacity",
        **dict.fromkeys(("detector_backtest.kind", "detector_trust.kind", "detector_trial.kind"), "inactivity"),
        "customers/bulk/<code:code>": BulkAct.objects.get().code,
        "actions/bulk/<code:code>": _put_off_by_the_leader(world),
        "customers/groups/<code:code>": _group().code,
        "customer_group.group": _group().code,
        "customer_group_removal.group": _group().code,
        "service_model.model": "adviser",
        "backup_check.name": "2026-01-01",
        "backup_taking.name": "2026-01-01",
        "backup_return.name": "2026-01-01",
        "import_new.kind": "customers",
        "import_sample.kind": "customers",
        "customer_field.field": "company",
    }
    for noun, kind in _KINDS.items():
        view = SavedView.objects.create(noun=kind, name=kind, owner=world.staff["manager"], question="")
        known |= {f"{noun}/views/<code:code>": view.code, f"{noun}_choices.filter_": _CHOICES.get(noun, "owner")}
    return known


def _put_off_by_the_leader(world: World) -> str:
    """An act on many pieces of work; they are of no other sending."""
    work = Action.objects.get(code=world.owned["leader"].action)
    work.pk, work.key, work.code = None, "many", new_code()
    work.save()
    return put_off_selected(Selection((work.code,)), reason=NotNow.BUSY, by=world.principals["leader"]).code


def places_of(target: Target, by: Principal) -> dict[str, str]:
    """What stands in the places of addresses that are about a customer; what is not there yet is made: evidence, files, ties.
    The contact was noted by whoever comes.
    """
    Conversation.objects.filter(code=target.conversation).update(by=by.staff_id, has_files=True)
    evidence = SPEND_EVIDENCE | {"customer_id": target.id, "given": SPEND_GIVEN}
    Action.objects.filter(code=target.action).update(evidence=evidence)
    Signal.objects.filter(code=target.signal).update(evidence=evidence)
    file = place_of(Attachment.objects.get(code=target.attachment).stored)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x")
    for name in ("problems", "rejected", "duplicates"):
        (folder_of(target.imported) / f"{name}.csv").write_text("row,name\n")
    home = Household.objects.create(name="home")
    Customer.objects.filter(pk=target.id).update(household=home)
    other = Customer.objects.exclude(pk=target.id).order_by("pk")[0]
    relation, _ = Relation.objects.get_or_create(customer_id=target.id, other=other, kind=RelationKind.FRIEND)
    return {
        "customers/<code:code>": target.code,
        "preference.row": str(target.preference),
        "preference_removal.row": str(target.preference),
        "preference_return.row": str(target.taken_off),
        "rest_end.row": str(target.rest),
        "rest_return.row": str(target.rest),
        "rest_removal.row": str(target.rest),
        "ending_withdrawal.row": str(target.ending),
        "ending_closure.row": str(target.ending),
        "preference_quiet.row": str(target.preference),
        "preference_heed.row": str(target.preference),
        "relation_removal.row": str(relation.pk),
        "supposition.signal": target.signal,
        "supposition_withdrawal.signal": target.signal,
        "actions/<code:code>": target.action,
        "credit/<code:code>": target.case,
        "reviews/<code:code>": target.review,
        "insight/losses/<code:code>": target.loss,
        "signals/<code:code>": target.signal,
        "conversations/files/<code:code>": target.attachment,
        "conversations/<code:code>": target.conversation,
        "imports/<code:code>": target.imported,
    }


_KINDS = {
    "customers": "customer", "actions": "action", "dealings": "dealing", "holdings": "holding", "conversations": "conversation",
    "imports": "import", "staff": "staff", "products": "product", "estates": "estate",
    "offers": "offer",
}  # fmt: skip
_CHOICES = {
    "dealings": "product", "holdings": "product", "conversations": "by", "staff": "team", "products": "family",
    "estates": "city", "offers": "family",
}  # fmt: skip
