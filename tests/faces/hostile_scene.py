"""The scene with something in every table that people or files write into, and the addresses of all of it."""

import datetime as dt
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.services import GivenOffer, GivenTreatment, NewPromotion, register_promotion, write_offer
from guanxi.engage.policy.services import GivenWeight, set_lever, set_service, set_weight
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job, Run
from guanxi.ground.outbox.models import Outgoing
from guanxi.identity.services import change_day
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import Plan, answer_action, plan_action
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import SavedView
from guanxi.record.bookmarks.services import NewView, note_opened, save_view, set_favourite
from guanxi.record.catalogue.models import Estate, PriceChange, Product, Rival, RivalPromotion
from guanxi.record.catalogue.services import list_rival, note_price_change, note_promotion, write_estate, write_product
from guanxi.record.conversations.choices import Heard
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.services import Said, Upload, attach_files, note_conversation
from guanxi.record.customers.choices import Channel, RelationKind
from guanxi.record.customers.models import Customer, Group, Preference, Relation, Tombstone
from guanxi.record.customers.services import delete_customers
from guanxi.record.customers.services.grouping import add_to_group, open_group
from guanxi.record.customers.services.merging import merge_customers
from guanxi.record.customers.services.relating import NewRelation, relate_household
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.customers.services.staging import change_stage
from guanxi.record.customers.services.updating import update_customer
from guanxi.record.declarations.services import declare_facts
from guanxi.record.holdings import services as holdings
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.imports.models import BeforeImage, Import, ImportProblem
from guanxi.record.market.models import Effort, MarketSize
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import judge_signal
from guanxi.record.standing.choices import ServiceModel
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState, Told
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.credit.choices import Decision
from guanxi.rescue.credit.choices import Way as NoticeWay
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import Ruling
from guanxi.rescue.credit.services import decide_appeal, decide_case, give_notice, record_appeal
from guanxi.rescue.improvement.choices import CaseState as CauseState
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.winback.models import Loss
from tests.addresses import path_of, routes
from tests.faces.hostile import EVERYTHING, PAYLOADS
from tests.faces.scene import SYSTEM
from tests.faces.test_insight import count_parts
from tests.insight.decisions.people import kept_rehearsal
from tests.rescue.credit.cases import evidence

WANG = "王海峰"
FILE = f'<b>"{EVERYTHING}'.replace('"', "'") + ".csv"


def fill_every_table(scene, client) -> None:
    """Let people do what people do, in words that a browser might obey; `client` is an administrator's."""
    wang, lin, li = scene.ids[WANG], scene.person("lin"), scene.person("li")
    count_parts(scene)
    change_day(scene.today + dt.timedelta(days=9), by=li, is_working=False, name=EVERYTHING[:60])
    change_address(wang, NewAddress(text=EVERYTHING), by=lin)
    version = Customer.objects.values_list("version", flat=True).get(pk=wang)
    update_customer(wang, {"company": EVERYTHING}, version=version, by=lin)  # stands in the history of changes
    add_to_group(open_group(EVERYTHING[:110], by=lin), [wang], by=lin)
    tie = NewRelation(scene.ids["何嘉怡"], RelationKind.FRIEND, EVERYTHING)
    relate_household(wang, tie, household=EVERYTHING, by=lin)
    change_stage([wang], to=4, cause="scene", by=SYSTEM)
    suppress(wang, cause="hardship", why=EVERYTHING[:290], by=lin)
    end_suppression(suppress(wang, cause="complaint", why=EVERYTHING[:290], by=lin), why=EVERYTHING[:290], by=lin)
    plan_action(wang, Plan(due_on=scene.today + dt.timedelta(days=1), what=EVERYTHING), by=lin)
    done = Action.objects.filter(customer=scene.ids["何嘉怡"]).get()
    answer_action(done.code, by=lin, answer="done", note=EVERYTHING)
    judge_signal(
        Signal.objects.get(customer=scene.ids["张立新"]).code, by=lin, judgement=Judgement.TRUE, note=EVERYTHING
    )
    talk = Conversation.objects.filter(customer=wang).first()
    attach_files(talk.code, [Upload(f"{EVERYTHING}.txt", BytesIO(b"words"), 5)], by=lin)
    for name in ("customers", "dealings"):
        save_view(NewView(name.removesuffix("s"), EVERYTHING[:50], "", Sharing.PUBLIC), by=li)
    note_opened("customer", scene.codes[WANG], by=lin)
    set_favourite("customer", scene.codes[WANG], is_on=True, by=lin)
    write_product("", {"reference": PAYLOADS[0], "name": EVERYTHING, "family": PAYLOADS[1]}, by=li)
    note_price_change(PAYLOADS[0], scene.today, old="480", new="520", by=li)
    rival = list_rival(EVERYTHING[:110], by=li)
    note_promotion(rival, scene.today, scene.today, by=li)
    missed = Said(channel=Channel.CALL, summary=EVERYTHING, heard=Heard.PRODUCT_GAP, rival=rival)
    note_conversation(wang, missed, by=lin)
    write_estate("", {"name": EVERYTHING, "city": PAYLOADS[0], "district": PAYLOADS[1], "aliases": EVERYTHING}, by=li)
    write_offer("", _hostile_offer(), by=li)
    register_promotion(
        NewPromotion(
            reference="draw", name="draw", rules=EVERYTHING, odds="1", valid_from=scene.today, valid_to=scene.today
        ),
        by=li,
    )
    set_weight(GivenWeight(signal="new_home", issue=5, weight="1", why=EVERYTHING[:190]), by=li)
    set_service(ServiceModel.ADVISER, points=EVERYTHING[:190], served_by=EVERYTHING[:80], minutes=9, by=li)
    declare_facts(scene.ids[WANG], stated={21: 1}, source=EVERYTHING[:60], version=0, by=lin)
    held = Holding.objects.filter(customer=scene.ids[WANG], status=HoldingStatus.OPEN).first()
    assert held is not None
    ends = scene.today + dt.timedelta(60)
    holdings.give_notice(scene.ids[WANG], holding=held.code, ground=EVERYTHING[:300], ends_on=ends, by=li)
    set_lever("hostile", "0.1", why=EVERYTHING[:190], by=li)
    for name in ("被删的", "被并的"):
        scene.add(name, phone=f"138{len(scene.ids):08}", company=EVERYTHING)
    delete_customers([scene.ids["被删的"]], by=SYSTEM)
    merge_customers(scene.ids["欧阳静"], scene.ids["被并的"], by=SYSTEM, take=("company",))
    Tombstone.objects.create(key=1, code="2" * 12, erased_on=scene.today, basis=EVERYTHING[:60])
    _credit_case(scene)
    _review(scene)
    _loss(scene)
    _improvement(scene)
    _market(scene)
    _work_of_machines()
    _files(client)


def _credit_case(scene) -> None:
    """A case of Wang's, with words of reviewers and of the customer."""
    wang, chen, today = scene.ids[WANG], scene.person("chen"), scene.today
    code = CreditCase.objects.create(
        customer_id=wang, signal_key="c", opened_on=today, due_on=today, currency="CNY", evidence=evidence(wang)
    ).code
    decide_case(code, Ruling(decision=Decision.HARDSHIP, why=EVERYTHING, contact=EVERYTHING[:110]), by=chen)
    give_notice(code, way=NoticeWay.HAND, on=today, by=chen)
    record_appeal(code, words=EVERYTHING, on=today, by=chen)
    decide_appeal(code, is_upheld=True, why=EVERYTHING, by=scene.person("li"))


def _review(scene) -> None:
    """A fraud hit of Wang's that went through every hand, with a notice to be given."""
    chen, li, today = scene.staff["chen"], scene.staff["li"], scene.today
    review = AbuseReview.objects.create(
        customer_id=scene.ids[WANG], key="f", kind=ReviewKind.FRAUD, state=ReviewState.UPHELD, opened_on=today, due_on=today,
        found=EVERYTHING, proposal=EVERYTHING, proposed_on=today, proposed_by=chen, why=EVERYTHING, contact=EVERYTHING[:110],
        decided_on=today, decided_by=li, expires_on=today + dt.timedelta(days=365), told_on=today, appeal=EVERYTHING,
        appealed_on=today, appeal_why=EVERYTHING, appeal_decided_on=today, appeal_decided_by=scene.staff["lin"],
    )  # fmt: skip
    review.notices.create(number=1, about=Told.UPHELD, language="en", wording="1", body=EVERYTHING, written_on=today)


def _loss(scene) -> None:
    """Wang was lost before, and said why."""
    wang, today = scene.ids[WANG], scene.today
    Loss.objects.create(
        key="l", customer_id=wang, lost_on=today, known_on=today, first_on=today, tier=1, offer="hostile", way=2, declared=3,
        declared_on=today, words=EVERYTHING,
    )  # fmt: skip


def _market(scene) -> None:
    Effort.objects.create(
        kind=1, source=EVERYTHING[:60], since=scene.today, until=scene.today, media=100, leads=9, currency="CNY"
    )
    MarketSize.objects.create(on=scene.today, amount=100, currency="CNY", told_by=EVERYTHING[:60])


def _improvement(scene) -> None:
    """A case of which somebody noted what was done and what came of it."""
    ImprovementCase.objects.create(
        cause="service", quarter_on=scene.today, opened_on=scene.today, due_on=scene.today, losses=20, owner=scene.staff["li"],
        state=CauseState.CLOSED, done=EVERYTHING, done_on=scene.today, result=EVERYTHING, closed_on=scene.today,
    )  # fmt: skip


def _hostile_offer() -> GivenOffer:
    words = {(told, language): EVERYTHING[:110] for told in ("name", "benefit", "terms") for language in ("zh", "en")}
    treatment = GivenTreatment(wording_zh=EVERYTHING, wording_en=EVERYTHING)
    rules = {2: f"city = '{EVERYTHING[:190].replace(chr(39), chr(39) * 2)}'"}
    return GivenOffer(
        reference="hostile", issue="5", list_rate=EVERYTHING[:40], campaign_rate=EVERYTHING[:40], words=words, rules=rules,
        treatments={Way.CALL: treatment},
    )  # fmt: skip


def _work_of_machines() -> None:
    now = timezone.now()
    Job.objects.create(
        name="refresh", key="x", run_after=now, created_at=now, status=JobStatus.SET_ASIDE, trouble=EVERYTHING
    )
    Run.objects.create(schedule="nightly", due_on=now.date(), started_at=now)
    Outgoing.objects.create(channel="mail", key="x", cipher=b"", not_before=now, created_at=now)


def _files(client) -> None:
    """A file that was taken in with rows that failed and one that was changed, and one that waits for its columns."""
    heads = ["客户号", "客户姓名", "手机号", "公司", *PAYLOADS[:3], "email_consent"]
    rows = [["K-1001", WANG, "", EVERYTHING[:90]], ["N1", EVERYTHING, "1.39E+10", EVERYTHING], ["N2", *PAYLOADS[4:7]]]
    for is_taken in (True, False):
        lines = [heads, *([*row, *[EVERYTHING] * (len(heads) - len(row))] for row in rows)]
        text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
        sent = client.post(
            "/imports/new/customers/", {"file": SimpleUploadedFile(FILE, (text + "\n" * is_taken).encode())}
        )
        code = sent.url.split("/")[2]
        if is_taken:
            fields = ["reference", "name", "phone", "company", *[""] * 4]
            form = {f"column.{place}": name for place, name in enumerate(fields)} | {"encoding": "", "act": "import"}
            assert client.post(f"/imports/{code}/mapping/", form).status_code == 302
            assert ImportProblem.objects.exists()
            assert BeforeImage.objects.exists()


def places(scene) -> dict[str, str]:
    """What stands in the places of addresses: something of each kind that is there."""
    wang = scene.ids[WANG]
    line = Preference.objects.filter(customer=wang).order_by("pk").values_list("pk", flat=True)[0]
    done, waiting = Import.objects.order_by("pk").values_list("code", flat=True)
    views = dict(SavedView.objects.values_list("noun", "code"))
    found = {
        "people/<code:code>": scene.staff["lin"].code,
        "settings/people/<code:code>": scene.staff["lin"].code,
        "settings/teams/<code:code>": scene.teams["oak"].code,
        "settings/products/<code:code>": Product.objects.order_by("-pk")[0].code,
        "settings/estates/<code:code>": Estate.objects.get().code,
        "offers/<code:code>": Offer.objects.get().code,
        "insight/rehearsal/<code:code>": kept_rehearsal("hostile"),
        "credit/<code:code>": CreditCase.objects.get().code,
        "reviews/<code:code>": AbuseReview.objects.get().code,
        "insight/losses/<code:code>": Loss.objects.get().code,
        "insight/improvements/<code:code>": ImprovementCase.objects.get().code,
        "insight/acquisition/<code:code>": Effort.objects.get().code,
        "settings/thresholds/(?P<name>[a-z_]+\\.[a-z_]+)": "decisions.capacity",
        "customers/<code:code>": scene.codes[WANG],
        "customers/groups/<code:code>": Group.objects.get().code,
        f"customers/{scene.codes[WANG]}/groups/<code:group>": Group.objects.get().code,
        "customer_field.field": "company",
        "settings/data/backups/(?P<name>[0-9A-Za-z][0-9A-Za-z_-]{0,59})": "2026-01-01",
        f"customers/{scene.codes[WANG]}/preferences/<row:row>": str(line),
        f"customers/{scene.codes[WANG]}/rests/<row:row>": str(Suppression.objects.filter(customer=wang).first().pk),
        f"customers/{scene.codes[WANG]}/endings/<row:row>": str(Ending.objects.get().pk),
        f"customers/{scene.codes[WANG]}/relations/<row:row>": str(Relation.objects.filter(customer=wang).first().pk),
        **dict.fromkeys(("detector_backtest.kind", "detector_trust.kind", "detector_trial.kind"), "inactivity"),
        "customers/bulk/<code:code>": "2" * 12,
        "actions/bulk/<code:code>": "2" * 12,
        "actions/<code:code>": Action.objects.filter(customer=wang).first().code,
        "signals/<code:code>": Signal.objects.filter(customer=wang).order_by("pk")[0].code,
        "supposition.signal": Signal.objects.filter(customer=wang).order_by("pk")[0].code,
        "supposition_withdrawal.signal": Signal.objects.filter(customer=wang).order_by("pk")[0].code,
        "service_model.model": "adviser",
        "settings/competition/rivals/<code:code>": Rival.objects.get().code,
        "settings/competition/prices/<code:code>": PriceChange.objects.get().code,
        "settings/competition/promotions/<code:code>": RivalPromotion.objects.get().code,
        "conversations/<code:code>": Conversation.objects.filter(customer=wang, has_files=True).get().code,
        "conversations/files/<code:code>": Attachment.objects.get().code,
        "imports/<code:code>": done,
        "import_mapping.code": waiting,
        "import_new.kind": "customers",
        "import_sample.kind": "customers",
        "customers_choices.filter_": "city",
        "dealings_choices.filter_": "product",
        "holdings_choices.filter_": "product",
        "conversations_choices.filter_": "by",
        "actions_choices.filter_": "owner",
        "staff_choices.filter_": "team",
        "products_choices.filter_": "family",
        "estates_choices.filter_": "city",
        "offers_choices.filter_": "family",
        "imports_choices.filter_": "none",
    }
    for name in routes():
        noun = name.removesuffix("_views")
        if noun != name:
            found[f"{noun}/views/<code:code>"] = views.get(noun.removesuffix("s"), "2" * 12)
    return found


def every_page(scene) -> list[str]:
    """All addresses, and those questions to them that show more than the plain page."""
    known = places(scene)
    customer, group = scene.codes[WANG], Group.objects.get().code
    city = Customer.objects.values_list("city_id", flat=True).get(pk=scene.ids[WANG])
    waiting = Import.objects.order_by("-pk")[0].code
    more = [
        f"/?open={known['actions/<code:code>']}",
        f"/?answered={Action.objects.get(customer=scene.ids['何嘉怡'], status=ActionStatus.DONE).code}",
        f"/customers/?where=city.in.{city}&where=owner.in.{scene.staff['lin'].code}&where=group.in.{group}&by=owner",
        "/customers/?columns=name,phone,company,reference,team,owner,city,kind",
        f"/customers/?view={known['customers/views/<code:code>']}",
        "/dealings/?by=product",
        "/holdings/?by=product",
        "/estates/?by=city",
        "/products/?by=family",
        "/offers/?by=issue",
        "/staff/?by=team",
        "/customers/?by=city",
        f"/customers/{customer}/?removed={Preference.objects.filter(customer=scene.ids[WANG]).order_by('pk')[0].pk}",
        f"/customers/{customer}/?noted={known['conversations/<code:code>']}",
        f"/customers/{scene.codes['欧阳静']}/history/",
        f"/conversations/new/?customer={customer}",
        f"/settings/days-off/?year={(scene.today + dt.timedelta(days=9)).year}",
        f"/imports/{waiting}/",
        f"/imports/{known['imports/<code:code>']}/records/?what=updated",
        f"/signals/{Signal.objects.get(customer=scene.ids['张立新']).code}/evidence/",
        "/insight/moves/?from=a&to=b&cause=less",
        "/insight/alarms/?kind=spend_drop",
        "/insight/growth/",
        "/insight/loyal/?kind=in_danger",
    ]
    more += [f"/customers/{customer}/timeline/?only={kind}" for kind in ("contacts", "dealings", "work", "changes")]
    return [path_of(name, known) for name in routes()] + more


def every_search(scene) -> list[tuple[str, dict[str, str]]]:
    """What is searched for by sending it, with what it finds."""
    customer = scene.codes[WANG]
    return [
        ("/search/", {"q": "K-1001"}),
        ("/search/", {"q": "13800135678"}),
        ("/customers/", {"q": "K-1001"}),
        (f"/customers/{customer}/relations/", {"q": "K-1002"}),
        ("/conversations/new/", {"q": "K-1002"}),
        ("/settings/sight/", {"who": scene.staff["lin"].code, "customer": "K-1001"}),
    ]
