"""Every way to read and to write that there is: the generator of the matrix goes through these lists.

A read answers whether anything of the target was shown. A write does its act on the target; the matrix compares the
rows of `TABLES` before and after, and undoes it.
"""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.db import connection, transaction

from guanxi.engage.offers import services as offers
from guanxi.engage.offers.choices import OfferStatus, Way
from guanxi.engage.policy import services as policy
from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Selection
from guanxi.identity import services as identity
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import Team
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import Principal
from guanxi.insight.thresholds import change_threshold
from guanxi.insight.trials import put_on_trial
from guanxi.project import rekeying
from guanxi.project.exports import export
from guanxi.project.exports.kinds import KINDS
from guanxi.record.actions import queries as actions
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.services import (
    Contact,
    Plan,
    answer_action,
    forget_suppositions,
    hand_over_action,
    hand_over_selected,
    move_colleague,
    note_contact,
    part_with_colleague,
    plan_action,
    put_off_selected,
)
from guanxi.record.catalogue import services as catalogue
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.children.queries import children_of
from guanxi.record.children.services import note_child, take_consent_back
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.queries import timeline_rows as consent_rows
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents, set_profiling
from guanxi.record.conversations import queries as conversations
from guanxi.record.conversations.services import Upload, attach_files, log_conversation
from guanxi.record.customers import permissions as customers
from guanxi.record.customers import services as customer_acts
from guanxi.record.customers.choices import Channel, IdentifierKind, RelationKind, Stage
from guanxi.record.customers.models import Customer, Group, Identifier, Preference, Relation
from guanxi.record.customers.queries import (
    customer_rows,
    find,
    ids_by_reference,
    timeline_rows,
)
from guanxi.record.customers.queries.card import customer_card
from guanxi.record.customers.queries.cards import find_on_cards
from guanxi.record.customers.queries.group_sizes import group_sizes
from guanxi.record.customers.queries.history import moving_rows, owner_rows
from guanxi.record.customers.queries.naming import customers_named
from guanxi.record.customers.queries.page import code_of, customer_id_of, customer_page
from guanxi.record.customers.queries.ties import group_members, relations_of
from guanxi.record.customers.search import reindex_customers
from guanxi.record.customers.services import NewCustomer, register_customers
from guanxi.record.customers.services.assigning import assign_customers
from guanxi.record.customers.services.erasing import erase_customer
from guanxi.record.customers.services.grouping import add_to_group, renumber_groups
from guanxi.record.customers.services.identifying import add_identifier, end_identifier
from guanxi.record.customers.services.merging import merge_customers
from guanxi.record.customers.services.preferring import (
    correct_preference,
    end_preference,
    record_preference,
    resume_preference,
)
from guanxi.record.customers.services.relating import NewRelation, keep_house_together, relate_customers
from guanxi.record.customers.services.revealing import reveal_field, reveal_identifier
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.customers.services.staging import change_stage
from guanxi.record.customers.services.updating import update_customer
from guanxi.record.customers.timeline import timeline
from guanxi.record.dealings import queries as dealings
from guanxi.record.dealings.services import record_dealings
from guanxi.record.dealings.services.recording import CustomerGone
from guanxi.record.declarations.queries import declared_of, version_of
from guanxi.record.declarations.services import declare_facts
from guanxi.record.holdings import queries as holdings
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import close_noticed, give_notice, record_holdings, withdraw_notice
from guanxi.record.imports import queries as imports
from guanxi.record.imports.folders import folder_of
from guanxi.record.market.services import enter_market_size
from guanxi.record.signals import queries as signals
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import judge_signal
from guanxi.record.standing import queries as standing
from guanxi.record.standing import services as publishing
from guanxi.record.standing.choices import ServiceModel
from guanxi.record.suitability.queries import latest_test
from guanxi.record.suitability.services import end_test, note_test
from guanxi.record.suppressions.queries import suppressions_of
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.record.surveys.queries import latest_survey
from guanxi.record.surveys.rules import Survey as Said
from guanxi.record.surveys.services import note_survey, take_back_survey
from guanxi.rescue.abuse.services import note_fraud, propose_flag
from guanxi.rescue.credit.choices import Decision
from guanxi.rescue.credit.rules import Ruling
from guanxi.rescue.credit.services import decide_case
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.improvement.services import take_case
from guanxi.rescue.winback.choices import Reason
from guanxi.rescue.winback.services import declare_reason
from tests.identity.list_paths import LIST_READS
from tests.identity.offering import written_offer
from tests.identity.people_paths import PEOPLE_READS, PEOPLE_WRITES, listed
from tests.identity.world import DAY, SYSTEM, Target, World
from tests.trusting import trust_detectors

REFUSALS = (Denied, Refused, CustomerGone)

Read = Callable[[Principal, Target], object]
Write = Callable[[World, Principal, Target], object]
Act = Callable[[World, Principal], object]

_fresh = count(1)


def _by_condition(principal: Principal, target: Target) -> bool:
    condition, params = customers.visible_condition(principal, "c")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM customers_customer c WHERE c.id = %s AND {condition}", [target.id, *params])
        return cursor.fetchone() is not None


@lru_cache(maxsize=64)
def _file_of(principal: Principal, kind: str) -> str:
    """What an export gives out: the file of one principal."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "out.csv"
        export(kind, file, by=principal)
        return file.read_text("utf-8")


def _exported(kind: str) -> Read:
    return lambda p, t: t.reference in _file_of(p, kind) or t.code in _file_of(p, kind)


def _standing_exported(principal: Principal, target: Target) -> bool:
    with connection.cursor() as cursor:  # the mover that runs this has its own connection, which sees no test's rows
        cursor.execute(standing.export_query(principal))
        return target.id in [row[0] for row in cursor.fetchall()]


READS: dict[str, dict[str, Read]] = {
    "customer": {
        **PEOPLE_READS,
        "rows": lambda p, t: customer_rows([t.id], p),
        "search by reference": lambda p, t: t.id in [row.id for row in find(t.reference, p).rows],
        "in the sidebar": lambda p, t: customers_named([t.code], p),
        "visible_to": lambda p, t: Customer.objects.filter(customers.visible_to(p), pk=t.id).exists(),
        "visible_ids": lambda p, t: customers.visible_ids(p, [t.id]),
        "visible_condition": _by_condition,
        "page": lambda p, t: customer_page(t.code, p),
        "card": lambda p, t: customer_card(t.code, p),
        "declared": lambda p, t: declared_of(t.id, principal=p),
        "words of the card": lambda p, t: t.id in _found_on_cards(t, p),
        "list, by words of the card": lambda p, t: (
            _found_on_cards(t, p) is not None and listed(p, t, "card.contains.ships")
        ),
        "counted in a group": lambda p, t: any(size.count for size in group_sizes([_own_group_of(t)], p).values()),
        "id of code": lambda p, t: customer_id_of(t.code, p),
        "members of a group": lambda p, t: t.id in group_members(_group_of(t), p),
        "relations of another": lambda p, t: t.id in [tie.other_id for tie in relations_of(_related_to(t), p)],
        "history": lambda p, t: timeline_rows(t.id, p, None, 5),
        "where they lived": lambda p, t: moving_rows(t.id, p, None, 5),
        "whose they were": lambda p, t: owner_rows(t.id, p, None, 5),
        "code of id": lambda p, t: code_of(t.id, p),
        "consents": lambda p, t: consent_rows(t.id, p, None, 5),
        "timeline": lambda p, t: timeline(t.id, p)[0],
        "ids by reference": lambda p, t: ids_by_reference([t.reference], principal=p),
    },
    "holding": {
        "of the customer": lambda p, t: holdings.holdings_of(t.id, principal=p),
        "by reference": lambda p, t: holdings.ids_by_reference([t.holding], principal=p),
        "customers by reference": lambda p, t: holdings.customers_by_reference([t.holding], principal=p),
        "timeline": lambda p, t: holdings.timeline_rows(t.id, principal=p),
        "notices": lambda p, t: holdings.endings_of(t.id, principal=p),
        "rests of sales": lambda p, t: suppressions_of(t.id, principal=p),
        "risk test": lambda p, t: latest_test(t.id, principal=p, on=DAY) is not None,
    },
    "child": {
        "of the customer": lambda p, t: children_of(t.id, principal=p, on=DAY),
    },
    "dealing": {
        "page": lambda p, t: dealings.dealings_page(t.id, principal=p),
        "evidence": lambda p, t: dealings.evidence_rows(t.id, principal=p, first=DAY, last=DAY),
        "timeline": lambda p, t: dealings.timeline_rows(t.id, principal=p),
        "by month": lambda p, t: dealings.sums_by_month(t.id, principal=p, since=DAY, currency="CNY"),
    },
    "conversation": {
        "of the customer": lambda p, t: conversations.conversations_of(t.id, principal=p),
        "by code": lambda p, t: conversations.get_conversation(t.conversation, principal=p),
        "timeline": lambda p, t: conversations.timeline_rows(t.id, principal=p),
        "searched": lambda p, t: conversations.timeline_rows(t.id, principal=p, words="sai"),
        "survey": lambda p, t: latest_survey(t.id, principal=p, on=DAY) is not None,
        "counted": lambda p, t: conversations.ways_since(t.id, principal=p, since=DAY),
        "its files": lambda p, t: conversations.files_of(t.conversation, principal=p),
        "a file": lambda p, t: conversations.get_attachment(t.attachment, principal=p),
    },
    "signal": {
        "of the customer": lambda p, t: signals.signals_of(t.id, principal=p),
        "by code": lambda p, t: signals.get_signal(t.signal, principal=p),
        "open ones": lambda p, t: (
            t.id in [key for key, _ in signals.open_signals(p, kind=SignalKind.SPEND_DROP, state=SignalState.ALARM)]
        ),
        "timeline": lambda p, t: signals.timeline_rows(t.id, principal=p),
    },
    "action": {
        "of the customer": lambda p, t: actions.actions_of(t.id, principal=p, on=DAY),
        "by code": lambda p, t: actions.get_action(t.action, principal=p, on=DAY),
        "timeline": lambda p, t: actions.timeline_rows(t.id, principal=p),
    },
    "standing": {
        "of the customer": lambda p, t: standing.standings_of([t.id], p),
        "movements": lambda p, t: standing.moves_of(t.id, p),
        "on the page": lambda p, t: standing.standing_on_page(t.id, p),
        "for the order of a list": lambda p, t: standing.figures_of([t.id], p),
        "timeline": lambda p, t: standing.timeline_rows(t.id, principal=p),
    },
    "reveal": {
        "name": lambda p, t: reveal_field(t.id, "name", reason="asked to", by=p),
        "identifier": lambda p, t: reveal_identifier(_phone_of(t), reason="asked to", by=p),
    },
    "export": {"standing": _standing_exported} | {kind: _exported(kind) for kind in KINDS if kind != "standing"},
}
for _noun, _ways in LIST_READS.items():
    READS[_noun] |= _ways


def _back_on_trial(_world: World, by: Principal) -> None:
    trust_detectors(["inactivity"])
    put_on_trial("inactivity", by=by)


def _phone_of(target: Target) -> int:
    return Identifier.objects.values_list("pk", flat=True).get(customer=target.id, kind=IdentifierKind.PHONE)


def _group_of(target: Target) -> int:
    """A group with the target in it, made by the administration."""
    group, is_new = Group.objects.get_or_create(name="vip")
    if is_new:
        renumber_groups()
    add_to_group(group.pk, [target.id], by=SYSTEM) if not Customer.objects.get(pk=target.id).deleted_at else None
    return group.pk


def _own_group_of(target: Target) -> int:
    """A group with nobody but the target in it."""
    group, is_new = Group.objects.get_or_create(name=f"only {target.code}")
    if is_new:
        renumber_groups()
        if not Customer.objects.get(pk=target.id).deleted_at:
            add_to_group(group.pk, [target.id], by=SYSTEM)
    return group.pk


def _found_on_cards(target: Target, principal: Principal) -> list[int]:
    """Who is found by a word of the target's card."""
    Preference.objects.filter(pk=target.preference).update(text="ships")
    reindex_customers([target.id])
    return [found.customer.id for found in find_on_cards("ships", principal, limit=50).rows]


def _related_to(target: Target) -> int:
    """A customer who has the target as relation, whoever may see that one."""
    other, _ = Customer.objects.get_or_create(
        name="ref", defaults={"created_on": DAY, "created_at": clock.now(), "updated_at": clock.now()}
    )
    Relation.objects.get_or_create(customer=other, other_id=target.id, kind=RelationKind.FRIEND)
    return other.pk


def _own(world: World, by: Principal) -> int:
    return next((t.id for role, t in world.owned.items() if world.principals[role].staff_id == by.staff_id), 0)


def _merge(world: World, by: Principal, target: Target) -> object:
    winner = world.owned["leader"] if target.id != world.owned["leader"].id else world.others["colleague"]
    return merge_customers(winner.id, target.id, by=by)


def _consent(world: World, by: Principal, target: Target) -> object:
    said = Statement(
        purpose=Purpose.MARKETING, channel=Channel.CALL, status=ConsentStatus.GRANTED, at=clock.now(), evidence="form 7",
        source="branch",
    )  # fmt: skip
    return record_consents([NewConsent(target.id, said)], by=by)


def _lines(target: Target) -> pa.Table:
    now = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    return pa.table(
        {
            "customer_id": [target.id],
            "occurred_at": pa.array([now], pa.timestamp("us", "UTC")),
            "occurred_on": [DAY],
            "amount": [100],
            "currency": ["CNY"],
        }
    )


def _assign(world: World, by: Principal, target: Target) -> object:
    now = Customer.objects.values_list("owner_id", flat=True).get(pk=target.id)
    other = world.staff["admin" if now != world.staff["admin"].pk else "manager"]
    return assign_customers([target.id], owner_id=other.pk, by=by)


def _forget_suppositions(world: World, by: Principal, target: Target) -> object:
    with transaction.atomic():  # refused, what was supposed for this is not supposed either
        Signal.objects.filter(code=target.signal).update(state=SignalState.HYPOTHESISED)
        return forget_suppositions(target.id, by=by)


def _hand_over(world: World, by: Principal, target: Target) -> object:
    now = Customer.objects.values_list("owner_id", flat=True).get(pk=target.id)
    other = world.staff["admin" if now != world.staff["admin"].pk else "leader"]
    return hand_over_action(target.action, by=by, to_staff=other.code)


def _hand_over_many(world: World, by: Principal, target: Target) -> object:
    now = Customer.objects.values_list("owner_id", flat=True).get(pk=target.id)
    other = world.staff["admin" if now != world.staff["admin"].pk else "leader"]
    return hand_over_selected(Selection((target.action,)), to_staff=other.code, by=by)


def _tomorrow() -> dt.date:
    return clock.local_day(clock.now(), "Asia/Shanghai") + dt.timedelta(days=1)


def _update(world: World, by: Principal, target: Target) -> object:
    version = Customer.objects.values_list("version", flat=True).get(pk=target.id)
    return update_customer(target.id, {"company": f"合众 {next(_fresh)}"}, version=version, by=by)


def _give_notice(world: World, by: Principal, target: Target) -> None:
    """Of a contract of which nobody has given notice yet."""
    Ending.objects.filter(pk=target.ending).update(withdrawn_on=DAY)
    code = Holding.objects.values_list("code", flat=True).get(pk=target.holding_id)
    ends = _tomorrow() + dt.timedelta(days=60)
    give_notice(target.id, holding=code, ground="clause 9", ends_on=ends, by=by)


WRITES: dict[str, Write] = {
    "customer.update": _update,
    "customer.stage": lambda w, by, t: change_stage([t.id], to=Stage.LOST, cause="test", by=by),
    # a row of a file that is recognised as this customer by its phone
    "customer.complete": lambda w, by, t: register_customers(
        [NewCustomer(name=t.name, phone=t.phone, company="hijacked")], by=by, source="test"
    ),
    "identifier.add": lambda w, by, t: add_identifier(t.id, kind=IdentifierKind.EMAIL, text="new@example.org", by=by),
    "identifier.end": lambda w, by, t: end_identifier(_phone_of(t), by=by),
    "preference.record": lambda w, by, t: record_preference(t.id, field=1, text="tea", source="visit", by=by),
    "preference.correct": lambda w, by, t: correct_preference(t.preference, text="ships", source="visit", by=by),
    "preference.end": lambda w, by, t: end_preference(t.preference, by=by),
    "preference.resume": lambda w, by, t: resume_preference(t.taken_off, by=by),
    "sales.rest": lambda w, by, t: suppress(t.id, cause="complaint", why="a card that never came", by=by),
    "sales.go_on": lambda w, by, t: end_suppression(t.rest, why="it came", by=by),
    "risk_test.note": lambda w, by, t: note_test(t.id, level=3, by=by),
    "declaration.note": lambda w, by, t: declare_facts(
        t.id, stated={21: 1}, source="visit", version=version_of(t.id), by=by
    ),
    "child.note": lambda w, by, t: note_child(
        t.id, born_in=dt.date(2024, 5, 1), consent_way="spoken", consented_on=DAY, by=by
    ),
    "child.take_back": lambda w, by, t: take_consent_back(t.id, born_in=dt.date(2026, 1, 1), by=by),
    "survey.note": lambda w, by, t: note_survey(t.id, Said(_tomorrow() - dt.timedelta(days=1), value=7), by=by),
    "survey.take_back": lambda w, by, t: take_back_survey(t.id, by=by),
    "holding.give_notice": _give_notice,
    "holding.withdraw_notice": lambda w, by, t: withdraw_notice(t.id, ending=t.ending, by=by),
    "holding.close_noticed": lambda w, by, t: close_noticed(t.id, ending=t.ending, by=by),
    "risk_test.end": lambda w, by, t: end_test(t.id, by=by),
    "promise.plan": lambda w, by, t: plan_action(t.id, Plan(due_on=_tomorrow(), what="call"), by=by),
    "contact.note": lambda w, by, t: note_contact(t.id, Contact(channel=Channel.VISIT, summary="met"), by=by),
    "file.attach": lambda w, by, t: attach_files(t.conversation, [Upload("a.txt", BytesIO(b"said"), 4)], by=by),
    "household.join": lambda w, by, t: keep_house_together(_own(w, by), t.id, name="home", by=by),
    "profiling.set": lambda w, by, t: set_profiling(t.id, allowed=False, source="told", evidence="told", by=by),
    "group.add": lambda w, by, t: add_to_group(Group.objects.get_or_create(name="tea")[0].pk, [t.id], by=by),
    "address.change": lambda w, by, t: change_address(t.id, NewAddress(text="1 Elm Road"), by=by),
    "relation.record": lambda w, by, t: relate_customers(_own(w, by), NewRelation(t.id, RelationKind.SPOUSE), by=by),
    "consent.record": _consent,
    "customer.merge": _merge,
    "customer.erase": lambda w, by, t: erase_customer(t.id, basis="request", by=by),
    "customer.assign": _assign,
    **PEOPLE_WRITES,
    "customer.delete": lambda w, by, t: customer_acts.delete_customers([t.id], by=by),
    "customer.restore": lambda w, by, t: customer_acts.restore_customers([t.id], by=by),
    "conversation.log": lambda w, by, t: log_conversation(t.id, by=by, channel=Channel.CALL, summary="called"),
    "suppositions.forget": _forget_suppositions,
    "signal.judge": lambda w, by, t: judge_signal(t.signal, by=by, judgement=Judgement.TRUE),
    "credit.decide": lambda w, by, t: decide_case(t.case, Ruling(decision=Decision.KEEP, why="both seen"), by=by),
    "flag.propose": lambda w, by, t: propose_flag(t.review, why="seen", by=by),
    "fraud.note": lambda w, by, t: note_fraud(t.id, found="seen", by=by),
    "loss.declare": lambda w, by, t: declare_reason(t.loss, by=by, reason=Reason.BETTER_VALUE, words="别家"),
    "action.answer": lambda w, by, t: answer_action(t.action, by=by, answer="done"),
    "action.hand_over": _hand_over,
    "action.hand_over, many": _hand_over_many,
    "action.put_off, many": lambda w, by, t: put_off_selected(Selection((t.action,)), reason=NotNow.BUSY, by=by),
    "holding.complete": lambda w, by, t: record_holdings(
        [NewHolding(reference=t.holding, renewal_on="2027-01-01")], by=by
    ),
    "holding.open": lambda w, by, t: record_holdings(
        [NewHolding(reference=f"NEW{next(_fresh)}", customer_id=t.id, opened_on="2026-01-01")], by=by
    ),
    "dealing.record": lambda w, by, t: record_dealings(_lines(t), by=by, cause="test"),
}


def _take_on(world: World, by: Principal) -> object:
    person = identity.NewStaff(name="新人", role="reader", team=Team.objects.get(name="oak"))
    return identity.take_on_staff(by=by, person=person)


def _empty_team() -> Team:
    top = Team.objects.get(parent=None)
    return Team.objects.get_or_create(name="rowan", defaults={"parent": top, "lo": top.hi, "hi": top.hi})[0]


def _offer_at(world: World, status: OfferStatus) -> str:
    offer = written_offer(world)
    approver = world.staff["leader"] if status in (OfferStatus.APPROVED, OfferStatus.PUBLISHED) else None
    offer.status, offer.approved_by = status, approver
    offer.save()
    return offer.code


def _improvement() -> str:
    terms = {"cause": "service", "quarter_on": DAY, "opened_on": DAY, "due_on": DAY, "losses": 20}
    ImprovementCase.objects.all().delete()
    return ImprovementCase.objects.create(**terms).code


def _promotion() -> offers.NewPromotion:
    return offers.NewPromotion(
        reference=f"p{next(_fresh)}", name="draw", rules="once a person", odds="1 : 500", valid_from=DAY, valid_to=DAY
    )


ACTS: dict[str, Act] = {
    "customer.create": lambda w, by: register_customers(
        [NewCustomer(name="新客", phone="13911112222")], by=by, source="test"
    ),
    "catalogue.create": lambda w, by: catalogue.create_products([NewProduct(reference=f"P{next(_fresh)}")], by=by),
    "edition.begin": lambda w, by: publishing.begin_edition(f"e{next(_fresh)}", by=by, as_of=DAY),
    "staff.take_on": _take_on,
    "team.open": lambda w, by: identity.open_team(
        by=by, name="ash", kind=TeamKind.TEAM, parent=Team.objects.get(name="oak")
    ),
    "team.rename": lambda w, by: identity.rename_team(Team.objects.get(name="oak"), by=by, name="ash"),
    "team.move": lambda w, by: identity.move_team(
        Team.objects.get(name="oak"), by=by, parent=Team.objects.get(parent=None)
    ),
    "team.close": lambda w, by: identity.close_team(_empty_team(), by=by),
    "staff.describe": lambda w, by: identity.describe_staff(
        w.staff["manager"], by=by, name=f"m{next(_fresh)}", title="", reference=""
    ),
    "staff.change_role": lambda w, by: identity.change_role(by=by, staff=w.staff["manager"], role="reader"),
    "staff.move": lambda w, by: move_colleague(w.staff["manager"].code, by=by, team=Team.objects.get(parent=None).code),
    "staff.part_with": lambda w, by: part_with_colleague(w.staff["manager"].code, by=by),
    "catalogue.write_product": lambda w, by: catalogue.write_product("", {"reference": f"P{next(_fresh)}"}, by=by),
    "catalogue.write_estate": lambda w, by: catalogue.write_estate(
        "", {"name": f"E{next(_fresh)}", "city": "c"}, by=by
    ),
    "offer.write": lambda w, by: offers.write_offer(
        "", offers.GivenOffer(reference=f"o{next(_fresh)}", issue="5"), by=by
    ),
    "offer.submit": lambda w, by: offers.submit_offer(written_offer(w).code, by=by),
    "offer.approve": lambda w, by: offers.approve_offer(_offer_at(w, OfferStatus.SUBMITTED), by=by),
    "offer.publish": lambda w, by: offers.publish_offer(_offer_at(w, OfferStatus.APPROVED), by=by),
    "promotion.register": lambda w, by: offers.register_promotion(_promotion(), by=by),
    "policy.line": lambda w, by: policy.set_line("calls", "2", by=by),
    "policy.capacity": lambda w, by: policy.set_capacity(Way.CALL, "9", by=by),
    "policy.service": lambda w, by: policy.set_service(
        ServiceModel.ADVISER, points="a", served_by="b", minutes=9, by=by
    ),
    "policy.rehearse": lambda w, by: (_offer_at(w, OfferStatus.PUBLISHED), policy.ask_rehearsal({}, by=by)),
    "market.enter": lambda w, by: enter_market_size(DAY, "100", "s", by=by),
    "improvement.take": lambda w, by: take_case(_improvement(), by=by),
    "firm.threshold": lambda w, by: change_threshold("decisions.capacity", "12", by=by),
    "alarms.let_through": lambda w, by: trust_detectors(["inactivity"], by=by),
    "alarms.on_trial": _back_on_trial,
    "firm.day": lambda w, by: identity.change_day(DAY, by=by, is_working=False),
    "key.rotate": lambda w, by: rekeying.renew_everything(by=by),
}

IMPORT_READS: dict[str, Read] = {
    "page": lambda p, t: t.imported in [row.code for row in imports.imports_page(principal=p)],
    "by code": lambda p, t: imports.get_import(t.imported, principal=p),
    "problems": lambda p, t: imports.problems_of(t.imported, principal=p),
    "rows taken back": lambda p, t: imports.undone_rows(t.imported, principal=p),
    "file of problems": lambda p, t: imports.problems_report(t.imported, principal=p, folder=_reports(t)),
    "file of rejected rows": lambda p, t: imports.rejected_report(t.imported, principal=p, folder=_reports(t)),
    "file of doubles": lambda p, t: imports.doubles_file(t.imported, principal=p, folder=_reports(t)),
}


def _reports(target: Target) -> Path:
    """The folder with what stands beside the import."""
    folder = folder_of(target.imported)
    for name in ("problems", "rejected", "duplicates"):
        (folder / f"{name}.csv").touch()
    return folder.parent


# What an act on a customer may touch: compared before and after, row by row.
TABLES = {
    "customers_customer": "id",
    "customers_identifier": "customer_id",
    "customers_preference": "customer_id",
    "customers_address": "customer_id",
    "customers_groupmember": "customer_id",
    "customers_relation": "other_id",
    "consents_consent": "customer_id",
    "suitability_risktest": "customer_id",
    "surveys_survey": "customer_id",
    "children_child": "customer_id",
    "declarations_declaration": "customer_id",
    "suppressions_suppression": "customer_id",
    "holdings_holding": "customer_id",
    "holdings_ending": "(SELECT customer_id FROM holdings_holding held WHERE held.id = holding_id)",
    "dealings_dealing": "customer_id",
    "conversations_conversation": "customer_id",
    "signals_signal": "customer_id",
    "credit_creditcase": "customer_id",
    "abuse_abusereview": "customer_id",
    "winback_loss": "customer_id",
    "actions_action": "customer_id",
}
