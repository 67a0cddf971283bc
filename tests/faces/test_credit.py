"""Credit cases at the desk: what a reviewer reads and does, in both languages, and that nobody else comes in."""

import datetime as dt

import pytest
from django.urls import reverse

from guanxi.record.customers.models import Customer
from guanxi.record.holdings.models import Holding
from guanxi.rescue.credit.choices import CaseState
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.services import review_cases
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM
from tests.rescue.credit.cases import carry, evidence

pytestmark = pytest.mark.django_db
MA = "王海峰"  # whoever of the scene has the card


@pytest.fixture
def case(scene) -> CreditCase:
    """A case of the scene's today, opened by the night."""
    from guanxi.record.signals.models import Signal

    customer = Customer.objects.get(pk=scene.ids[MA])
    Customer.objects.filter(pk=customer.pk).update(language="zh-hans")
    carry(customer)
    Signal.objects.create(
        key="credit", customer=customer, kind="credit_downshift", state="alarm", occurred_on=scene.today, detected_on=scene.today,
        changed_on=scene.today, evidence=evidence(customer.pk),
    )  # fmt: skip
    review_cases(by=SYSTEM, as_of=scene.today - dt.timedelta(days=1))
    return CreditCase.objects.get()


def sent(scene, **more):
    terms = {
        "decision": "4",
        "limit": "8000",
        "starts_on": scene.today + dt.timedelta(days=14),
        "contact": "陈洁 020-1234",
        "why": "两种可能都看过。",
    }
    return terms | more


def go(client, case, place, **fields):
    return client.post(reverse(place, args=[case.code]), fields)


def test_the_reviewer_reads_both_explanations_beside_the_proposal(scene, looking, case):
    client = looking(scene, "chen", language="en")
    words = words_of(client.get("/credit/"))
    assert f"{MA} To be decided ¥50,000 → ¥8,000" in words
    words = words_of(client.get(f"/credit/{case.code}/"))
    assert "There is less income" in words
    assert "The better part is paid by another card or house" in words
    assert "From 1 (all cheap) to 3 (all dear): 2.75 before, 1.50 since; the mixes differ by 0.44 of 1." in words
    assert "Shuffled 999 times, chance did as much in 0.1% of them." in words
    assert "Twice the highest of the recent months (¥4,000), rounded up to a whole thousand." in words
    assert "Both are suppositions: nobody has said so." in words
    assert client.get(f"/credit/{case.code}/notice/").status_code == 404  # there is none yet
    evidence_page = client.get(reverse("signal_evidence", args=[scene_signal(case)]))
    assert f'href="/credit/{case.code}/"' in evidence_page.text


def scene_signal(case) -> str:
    from guanxi.record.signals.models import Signal

    return Signal.objects.get(key=case.signal_key).code


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_days_stand_as_a_browser_reads_them(scene, looking, case, language):
    begins = scene.today + dt.timedelta(days=14)
    page = looking(scene, "chen", language=language).get(f"/credit/{case.code}/")
    assert f'name="starts_on" value="{begins.isoformat()}"' in page.text


def test_what_is_overdue_is_marked(scene, looking, case):
    CreditCase.objects.update(due_on=scene.today - dt.timedelta(days=1))
    assert "yesterday overdue" in words_of(looking(scene, "chen", language="en").get("/credit/"))


def test_decided_told_appealed_and_taken_back_by_another(scene, looking, case):
    client = looking(scene, "chen", language="en")
    refused = go(client, case, "credit_decision", **sent(scene, limit="60000", why="Kept as typed."))
    assert refused.status_code == 422
    assert "The new limit must lie below the present one." in words_of(refused)
    assert "Kept as typed." in words_of(refused)
    assert go(client, case, "credit_decision", **sent(scene, limit="lots")).status_code == 422
    assert go(client, case, "credit_decision", **sent(scene)).status_code == 302
    assert go(client, case, "credit_notice", way="2", on=scene.today).status_code == 302
    assert go(client, case, "credit_appeal", words="我改用了别的卡。", on=scene.today).status_code == 302
    own = go(client, case, "credit_appeal_decision", outcome="back", why="对。")
    assert own.status_code == 422
    assert "Another person decides about an appeal" in words_of(own)
    other = looking(scene, "li", language="en")
    assert "Decide the appeal" in words_of(other.get(f"/credit/{case.code}/"))
    assert go(other, case, "credit_appeal_decision", outcome="back", why="确有别的卡。").status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.OVERTURNED
    words = words_of(other.get(f"/credit/{case.code}/"))
    assert "recorded an appeal: 我改用了别的卡。" in words  # the history


@pytest.mark.parametrize(
    "language, said",
    [
        ("zh-hans", ("您", "8,000", "50,000", "30天", "陈洁 020-1234", "80% → 10%")),
        (
            "en",
            (
                "¥8,000 instead of ¥50,000",
                "appeal within 30 days",
                "smaller instalments or a pause",
                "陈洁 020-1234",
                "80% → 10%",
                "−90.1%",
            ),
        ),
    ],
)
def test_the_notice_names_reasons_appeal_and_help_in_the_customers_language(scene, looking, case, language, said):
    Customer.objects.filter(pk=case.customer_id).update(language=language)
    client = looking(scene, "chen", language="en" if language != "en" else "zh-hans")  # the reader's is another
    assert go(client, case, "credit_decision", **sent(scene)).status_code == 302
    page = client.get(f"/credit/{case.code}/notice/")
    words = words_of(page)
    assert [part for part in said if part not in words] == []
    assert f'lang="{language}"' in page.text
    assert "两种可能都看过" not in words  # what reviewers write for each other is not the customer's letter


@pytest.mark.parametrize("name, status", [("lin", 403), ("du", 403), ("zhao", 403), ("he", 403), ("chen", 404)])
def test_nobody_else_comes_in_and_nothing_is_written(scene, looking, case, name, status):
    if status == 404:  # the reviewer of another team
        Customer.objects.filter(pk=case.customer_id).update(owner=scene.staff["huang"], team=scene.teams["south"])
    client = looking(scene, name, language="en")
    before = CreditCase.objects.values().get()
    assert client.get(f"/credit/{case.code}/").status_code == status
    assert client.get("/credit/").status_code == (403 if status == 403 else 200)
    fields = sent(scene) | {"way": "1", "on": scene.today, "outcome": "back", "words": "x"}
    for place in ("decision", "notice", "appeal", "appeal_decision", "recheck"):
        assert go(client, case, f"credit_{place}", **fields).status_code == status
    assert CreditCase.objects.values().get() == before


def test_addresses_that_are_none(scene, looking, case):
    client = looking(scene, "chen", language="en")
    for path in ("notice/?number=x", "notice/?number=99999", "notice/?number=7"):
        assert client.get(f"/credit/{case.code}/{path}").status_code == 404
    assert client.get(f"/credit/{'2' * 12}/").status_code == 404


def test_a_higher_limit_says_what_the_record_does_not_know_and_passes_only_with_it(scene, looking, case):
    spent = {"low": 3_000_000, "high": 4_000_000, "months": 24}
    grown = evidence(case.customer_id) | {"given": {}, "figures": spent, "measure": "steady_months"}
    Holding.objects.filter(reference=f"CARD-{case.customer_id}").update(attributes={"limit": "40000"})
    CreditCase.objects.update(kind=2, limit=4_000_000, proposed=5_000_000, highest=4_000_000, evidence=grown)
    client = looking(scene, "chen", language="en")
    words = words_of(client.get(f"/credit/{case.code}/"))
    assert "Spent between ¥30,000 and ¥40,000 in every one of 24 months: a higher limit may be offered." in words
    unknown = ("Paid on time", "Salary that came in, a month", "Declared income a month")
    assert " ".join(f"{label} not known to the record" for label in unknown) in words
    assert "There is less income" not in words
    paid = grown | {"figures": spent | {"income": 1_660_000}}
    CreditCase.objects.update(evidence=paid)
    shown = words_of(client.get(f"/credit/{case.code}/"))
    assert "Salary that came in, a month ¥16,600" in shown
    raising = {"outcome": "raise", "limit": "50000", "is_on_time": "on", "agreed_on": scene.today, "why": "客户同意。"}
    refused = go(client, case, "credit_increase", **raising)
    assert refused.status_code == 422
    assert "Without a declared income nobody can say that the customer can afford it." in words_of(refused)
    assert go(client, case, "credit_increase", **raising, income="17000").status_code == 302
    assert CreditCase.objects.get().limit_decided == 5_000_000
