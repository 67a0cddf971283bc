"""NBA-01 at the desk: after the address form the clerk sees one proposal with its reason, takes it up or leaves it."""

import datetime as dt
from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from guanxi.engage.offers.choices import Issue, OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.queries import published_offers
from guanxi.engage.policy.services import GivenWeight, set_weight
from guanxi.faces.desk.customers.learned import learned_from
from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.identity.queries import system_principal
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers.cells import Group
from guanxi.insight.decisions.offers.deciding import (
    CLOSED,
    HELD_OUT,
    SALT,
    Asked,
    Decided,
    decide,
    fill_deciding,
    holdout_salt,
    stakes_of,
    weighed,
)
from guanxi.insight.decisions.offers.explaining import Level
from guanxi.insight.decisions.offers.kept import keep_run
from guanxi.insight.decisions.offers.resting import RESTS
from guanxi.insight.decisions.offers.resting_now import resting_now, said_now
from guanxi.insight.decisions.offers.taught import learned
from guanxi.insight.estimates.response import read_answers
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import answer_action, undo_answer
from guanxi.record.catalogue.rules import NewEstate
from guanxi.record.catalogue.services import create_estates, write_product
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel, PreferenceField
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import record_preference
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import raise_signals
from guanxi.record.signals.wording import note_in_words
from tests.faces.reading import words_of
from tests.faces.test_offers import WHOLE, sent
from tests.record.signals.rows import signal_row

pytestmark = pytest.mark.django_db
ZHOU = "周文博"
HOME = {"text": "星河湾 3 栋", "city": "广州", "source": "told"}
AGREED = pa.schema(
    [("customer_id", pa.int64()), ("purpose", pa.int16()), ("channel", pa.int16()), ("partner", pa.string())]
)
ALIVE = pa.schema(
    [("customer_id", pa.int64()), ("kind", pa.string()), ("state", pa.string()), ("at_stake", pa.int64())]
)


@pytest.fixture
def bank(scene, looking, settings, tmp_path):
    """A loan for new homes is published, and the night decided over it: nobody had moved."""
    settings.GUANXI_HOME = tmp_path
    write_product("", {"reference": "L-1", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    rules = {"rules_1": "kind = 'person'", "rules_2": "no_home: has_signal(new_home)", "stock": ""}
    page = sent(looking(scene, "zhao"), "/offers/new/", **WHOLE | rules)["Location"]
    for who, step in (("zhao", "submission"), ("chen", "approval"), ("zhao", "publication")):
        assert looking(scene, who).post(f"{page}{step}/").status_code == 302
    given = GivenWeight(signal="new_home", issue=5, weight="1", why="needs first")
    set_weight(given, by=scene.person("zhao"))
    handover = scene.today.replace(day=1).isoformat()
    create_estates([NewEstate(name="星河湾", city="广州", handover_on=handover)], by=scene.person("li"))
    change_address(scene.ids[ZHOU], NewAddress("康王中路 211 号", "广州"), by=scene.person("li"))
    agree(scene, ConsentStatus.GRANTED)
    scene = in_no_arm(scene)
    decided_last_night(scene)
    return scene


def in_no_arm(scene):
    """Zhou's code is drawn at random: give him one that is neither held out nor a control."""
    codes = (new_code() for _ in range(10_000))
    code = next(
        code
        for code in codes
        if bucket(f"{holdout_salt(scene.today)}holdout|", code) >= HELD_OUT * 10_000
        and min(bucket(f"{SALT}control|{offer}|", code) for offer in ("decoration_loan", "home_contents", "keep_card"))
        >= 1_000
    )
    Customer.objects.filter(pk=scene.ids[ZHOU]).update(code=code)
    return replace(scene, codes={**scene.codes, ZHOU: code})


def agree(scene, status, purpose=Purpose.MARKETING, channel=Channel.CALL) -> None:
    said = Statement(purpose=purpose, channel=channel, status=status, at=clock.now(), evidence="7", source="branch")
    record_consents([NewConsent(scene.ids[ZHOU], said)], by=scene.person("li"))


def decided_last_night(scene, rests: pa.Table | None = None, nexts: str = "[]", more: str = "", evidence=None) -> None:
    offers, where = weighed(published_offers(scene.today)), places()
    where.make()
    with Workbench.with_empty_edition() as bench:
        people = list(Customer.objects.values("id", "code", "kind", "stage"))
        rows = [{"customer_id": one.pop("id"), **one} for one in people]
        bench.register("given", pa.Table.from_pylist(rows))
        bench.run(
            "INSERT INTO customers (customer_id, code, kind, stage) SELECT customer_id, code, kind, stage FROM given"
        )
        rests = RESTS.empty_table() if rests is None else rests
        asked = Asked(AGREED.empty_table(), ALIVE.empty_table(), closed=rests.select(CLOSED.names))
        fill_deciding(bench, scene.today, offers, asked)
        bench.run(f"UPDATE deciding SET nexts = {nexts}{more}")
        stakes = stakes_of(bench, scene.today, offers)
        stakes = learned(stakes, evidence, on=scene.today) if evidence else stakes
        run = Decided(stakes, decide(bench, stakes), rests=rests)
        edition = "e1" if where.current() is None else "e2"
        keep_run(bench, run, where, edition=edition, as_of=scene.today - dt.timedelta(days=1))
    where.edition(edition).touch()
    where.point_to(edition)


def door(scene, what: str = "proposal") -> str:
    return f"/customers/{scene.codes[ZHOU]}/{what}/"


def test_after_the_address_form_one_proposal_stands_there_with_its_reason(bank, looking):
    client = looking(bank, "lin", language="en")
    assert "Nothing fits now. Why not something else 1 Decoration loan By a rule of the offer: no_home" in words_of(
        client.get(door(bank))
    )
    moved = client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    page = client.get(moved["Location"]).content.decode()
    assert f'hx-get="{door(bank)}" hx-trigger="load"' in page
    shown = words_of(client.get(door(bank)))
    assert "Decoration loan A new home · May have moved into a new home Good day" in shown
    assert "A lower rate · 3.6% · list rate 4.2%" in shown
    assert "about ¥48" in shown  # 0.5 x 2 % x 2,400 x 2.0, decided a moment ago
    for words in ("About ¥5,600", "Late payment shows", "Do nothing"):  # NBA-04
        assert words in shown


def test_it_is_taken_up_once_and_with_the_need_in_the_customers_words(bank, looking):
    client = looking(bank, "lin", language="en")
    client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    code = client.get(door(bank)).content.decode().split('name="offer" value="')[1][:12]
    before = Action.objects.count()
    wrong = client.post(f"{door(bank)}taking/", {"offer": code, "need": " "})
    assert (wrong.status_code, Action.objects.count()) == (422, before)
    assert "in the customer’s words" in words_of(wrong)
    for _ in range(2):
        assert client.post(f"{door(bank)}taking/", {"offer": code, "need": "厨房要重做"}).status_code == 302
    assert Action.objects.count() == before + 1
    assert "厨房要重做" in words_of(client.get("/"))


def test_taking_it_confirms_what_was_supposed_with_the_contract_as_evidence(bank, looking):
    """LEV-04: hypothesised, confirmed by the loan number; taken back it is supposed again, and asked about again."""
    client = looking(bank, "lin", language="en")
    client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    code = client.get(door(bank)).content.decode().split('name="offer" value="')[1][:12]
    client.post(f"{door(bank)}taking/", {"offer": code, "need": "厨房要重做"})
    home, question = Signal.objects.get(kind="new_home"), Action.objects.get(origin="new_home")
    loan = Action.objects.get(offer="decoration_loan")
    assert (home.state, question.status) == ("hypothesised", ActionStatus.OPEN)
    assert "Number of the contract" in client.get(f"/actions/{loan.code}/").content.decode()
    sent_to = f"/actions/{loan.code}/answer/"
    client.post(sent_to, {"answer": "accepted", "note": "ZX-2026-0417", "version": loan.version})
    home.refresh_from_db()
    question.refresh_from_db()
    assert (home.state, question.status) == ("confirmed", ActionStatus.DONE)
    with translation.override("en"):
        assert note_in_words(home.note) == "An offer that rests on it was accepted: ZX-2026-0417"
    undo_answer(loan.code, by=bank.person("lin"))
    home.refresh_from_db()
    question.refresh_from_db()
    assert (home.state, home.judgement, home.note, question.status) == ("hypothesised", None, "", ActionStatus.OPEN)


def test_a_refusal_in_the_contact_is_kept_rests_the_offer_and_confirms_nothing(bank, looking):
    """LEV-04, NBA-01: the home stays supposed, the loan rests 90 days; on the same day it can be taken back."""
    client = looking(bank, "lin", language="en")
    client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    shown = client.get(door(bank)).content.decode()
    code, before = shown.split('name="offer" value="')[1][:12], Action.objects.count()
    other = client.post(f"{door(bank)}declining/", {"offer": "2" * 12})
    assert (other.status_code, Action.objects.count()) == (422, before)
    assert client.post(f"{door(bank)}declining/", {"offer": code, "need": "刚还完车贷"}).status_code == 302
    kept = Action.objects.get(offer="decoration_loan")
    assert (kept.status, kept.not_now, kept.outcome) == (ActionStatus.NOT_NOW, NotNow.DECLINED, Outcome.REFUSED)
    assert (kept.answer, kept.again_on) == ("刚还完车贷", bank.today + dt.timedelta(90))
    assert kept.origin == "offer"  # no work that somebody planned: in 90 days a run proposes it, or nobody does
    assert kept.offer_answers.get().outcome == Outcome.REFUSED
    assert Signal.objects.get(kind="new_home").state == "hypothesised"
    assert "it was refused on 9 Jul" in words_of(client.get(door(bank)))
    undo_answer(kept.code, by=bank.person("lin"))
    kept.refresh_from_db()
    assert (kept.status, kept.offer_answers.count()) == (ActionStatus.WITHDRAWN, 0)
    assert "A new home · May have moved" in words_of(client.get(door(bank)))
    client.post(f"{door(bank)}taking/", {"offer": code, "need": "厨房"})
    kept.refresh_from_db()
    assert (kept.status, kept.reason) == (ActionStatus.OPEN, "offer_chosen")
    assert client.post(f"{door(bank)}declining/", {"offer": code}).status_code == 302  # and thought better of it
    kept.refresh_from_db()
    assert (kept.status, kept.outcome, kept.answer) == (ActionStatus.NOT_NOW, Outcome.REFUSED, "")


def test_what_was_shown_and_is_no_proposal_any_more_is_not_taken_up(bank, looking):
    client = looking(bank, "lin", language="en")
    client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    code = client.get(door(bank)).content.decode().split('name="offer" value="')[1][:12]
    before = Action.objects.count()
    agree(bank, ConsentStatus.WITHDRAWN)
    changed = client.post(f"{door(bank)}taking/", {"offer": code, "need": "厨房"})
    assert (changed.status_code, Action.objects.count()) == (422, before)
    assert "The proposal has changed since." in words_of(changed)
    assert "Has not agreed to be contacted this way" in words_of(changed)


def test_of_who_wants_no_advice_nothing_is_proposed_and_without_a_run_it_is_said(bank, looking):
    client = looking(bank, "lin", language="en")
    agree(bank, ConsentStatus.DENIED, Purpose.PROFILING, Channel.UNKNOWN)
    assert "Wants no advice from own data" in words_of(client.get(door(bank)))
    places().pointer.unlink()
    assert "Offers have not been weighed yet" in words_of(client.get(door(bank)))
    assert "No offer was weighed for this customer." in words_of(client.get(door(bank, "weighing")))


def test_how_the_night_weighed_is_told_to_who_may_see_it(bank, looking):
    shown = words_of(looking(bank, "lin", language="en").get(door(bank, "weighing")))
    assert "Decoration loan · Call" in shown
    assert "May come next" not in shown
    assert looking(bank, "huang").get(door(bank, "weighing")).status_code == 404  # another branch's manager
    assert looking(bank, "huang").get(door(bank)).status_code == 404
    assert looking(bank, "du").get(door(bank)).status_code == 403  # a reader is in no contact
    assert looking(bank, "he", language="en").get(door(bank)).status_code == 200  # the clerk at the counter


def test_what_may_come_next_is_named_beside_it(bank, looking):  # XUP-01, XUP-02
    decided_last_night(bank, nexts="['L-1', 'GONE']")
    shown = words_of(looking(bank, "lin", language="en").get(door(bank, "weighing")))
    assert "May come next 贷款 Goes with what is there already" in shown


def test_from_whom_it_was_learned_is_told_in_groups_and_never_of_a_few(bank, looking):
    """Of 21 groups Zhou lies in all, in those of no tier yet, and of these in those of whom no alarm is known."""
    counts = np.zeros((4, 21))
    counts[:, 5], counts[:, 9] = [7, 3, 4, 0], [12_000, 1_200, 6_000, 240]
    evidence = {("decoration_loan", 22): read_answers(*counts)}
    decided_last_night(bank, more=", signals = ['new_home'], why_22 = 0", evidence=evidence)
    shown = words_of(looking(bank, "lin", language="en").get(door(bank, "weighing")))
    assert (
        "What customers alike answered to the first All customers 10.0% say yes · 6.0% because we ask"
        " 12,007 asked · 6,004 kept to compare Tier · unknown fewer than 10 asked · fewer than 10 kept to compare"
        " State · active, unknown fewer than 10 asked · fewer than 10 kept to compare" in shown
    ), shown


@pytest.mark.parametrize(
    "group, words",
    [
        (Group(0, "tier", 1, 2), "Tier · A, B"),
        (Group(0, "kind", 0, 1), "Kind · Person, unknown"),
        (Group(0, "state", 3, 7), "State · alarm, lapsed"),
        (Group(0, "purchases_365", 2, 3), "Purchase days in 365 days · 1 to under 13"),
        (Group(0, "purchases_365", 4, 7), "Purchase days in 365 days · 13 or more"),
        (Group(0, "last_contact", 0, 1), "Days since the last contact · under 31, unknown"),
        (Group(0, "last_contact", 0, 0), "Days since the last contact · unknown"),
    ],
)
def test_a_group_says_who_is_in_it(group, words):
    everybody, level = Level(Group(-1), 0.05, 0.02, 900, 100), Level(group, 0.04, 0.01, 10, 0, is_drawn=True)
    with translation.override("en"):
        found = learned_from([everybody, level])
    assert (found[1].whom, found[1].counted, found[1].chance) == (words, "10 asked", "4.0% say yes · still being tried")
    assert learned_from([replace(everybody, asked=0.0)]) == []


def test_a_name_that_is_still_being_written_is_shown_to_nobody_who_sells(bank, looking):
    draft = Offer.objects.get()
    draft.pk, draft.code, draft.version, draft.status = None, "draft0000001", 2, OfferStatus.DRAFT
    draft.published_at, draft.name_zh, draft.name_en = None, "未定稿", "Not yet approved"
    draft.save()
    shown = words_of(looking(bank, "lin", language="en").get(door(bank, "weighing")))
    assert "Decoration loan · Call" in shown
    assert "Not yet approved" not in shown


def test_what_rests_names_the_offer_that_was_answered_and_the_day(bank, looking):
    """NBA-02: blocked by sibling rest, told with both offers, at the counter as in last night's weighing."""
    client = looking(bank, "lin", language="en")
    client.post(f"/customers/{bank.codes[ZHOU]}/address/", HOME)
    code = client.get(door(bank)).content.decode().split('name="offer" value="')[1][:12]
    client.post(f"{door(bank)}taking/", {"offer": code, "need": "厨房要重做"})
    answer_action(Action.objects.get(offer="decoration_loan").code, by=bank.person("lin"), answer="accepted")
    words = "Rests until 8 Aug: “Decoration loan” was accepted on 9 Jul"
    assert words in words_of(client.get(door(bank)))
    cover = Offer.objects.get()
    cover.pk, cover.code, cover.reference, cover.name_en = None, "cover0000001", "home_contents", "Home contents"
    cover.save()
    rests = resting_now(bank.ids[ZHOU], said_now(bank.ids[ZHOU], bank.today), bank.today).values()
    both = [asdict(one) | {"customer_id": bank.ids[ZHOU]} for one in rests]
    for treatment in Offer.objects.get(reference="decoration_loan").treatments.all():
        treatment.pk, treatment.offer = None, cover
        treatment.save()
    decided_last_night(bank, pa.Table.from_pylist(both, schema=RESTS))
    assert f"Home contents · Call {words}" in words_of(client.get(door(bank, "weighing")))


def test_a_loyal_customer_gets_on_request_what_those_get_who_waver(bank, looking):
    """RET-04: given on the customer's page in his words, and taken back; who is no peer is refused with nothing written."""
    offer = Offer.objects.get()
    rules = list(offer.rules.order_by("pk"))
    rules[-1].expression = "has_signal(spend_drop)"
    rules[-1].save()
    Offer.objects.update(issue=Issue.RETENTION, published_at=clock.now() - dt.timedelta(minutes=1))
    client = looking(bank, "lin", language="en")
    assert "On request: loyal customers may have it too Decoration loan" in words_of(client.get(door(bank)))
    assert "On request" not in words_of(looking(bank, "he", language="en").get(door(bank)))  # the clerk gives nothing
    before = Action.objects.count()
    wrong = client.post(door(bank, "benefit"), {"offer": offer.code, "words": " "})
    assert (wrong.status_code, Action.objects.count()) == (422, before)
    assert looking(bank, "he").post(door(bank, "benefit"), {"offer": offer.code, "words": "x"}).status_code == 403
    given = client.post(door(bank, "benefit"), {"offer": offer.code, "words": "听说别人有"})
    assert (given.status_code, Action.objects.count()) == (302, before + 1)
    page = words_of(client.get(given["Location"]))
    assert "听说别人有" in page
    assert "Undo" in page
    assert "Had within a year." in words_of(client.get(door(bank)))
    raise_signals([signal_row(bank.ids[ZHOU])], by=system_principal(), as_of=bank.today)
    assert "On request" not in words_of(client.get(door(bank)))  # who wavers is spoken with otherwise
    assert client.post(door(bank, "benefit"), {"offer": offer.code, "words": "再要"}).status_code == 422
    assert Action.objects.count() == before + 1


def test_both_parts_cost_no_more_questions_however_much_there_is(bank, looking):
    """At one row and at many: what to speak of, with what may be had on request, and what we know of somebody."""
    offer = Offer.objects.get()
    rules = list(offer.rules.order_by("pk"))
    rules[-1].expression = "has_signal(spend_drop)"
    rules[-1].save()
    Offer.objects.update(issue=Issue.RETENTION, published_at=clock.now() - dt.timedelta(minutes=1))
    client = looking(bank, "lin", language="en")

    def asked(what: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(door(bank, what)).status_code == 200
        return len(told)

    asked("proposal")
    few = {what: asked(what) for what in ("proposal", "known")}
    for number in range(3):
        offer.pk, offer.code, offer.version, offer._state.adding = None, f"V{number:011d}", number + 2, True
        offer.reference = f"keep_{number}"
        offer.save()
        record_preference(
            bank.ids[ZHOU], field=PreferenceField(number + 1), text="x", source="phone", by=bank.person("lin")
        )
        agree(bank, ConsentStatus.GRANTED, channel=[Channel.CALL, Channel.SMS, Channel.POST][number])
    raise_signals(
        [signal_row(bank.ids[ZHOU], key=f"k{n}", kind="new_home", state="hypothesised") for n in range(3)],
        by=system_principal(), as_of=bank.today,
    )  # fmt: skip
    asked("proposal")
    assert {what: asked(what) for what in few} == few
    assert few == {"proposal": 16, "known": 17}
