"""OPS-07: a nightly file of policies, delivered twice, then at 60 % of its volume; and who knows what alone."""

import pytest

from guanxi.record.holdings.models import Holding
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import held_feeds
from guanxi.record.imports.services import release_held
from tests.record.imports.test_dealings import counts
from tests.stories.scene import SYSTEM


def policies(numbers, *, status="open"):
    return "reference,customer,status\n" + "".join(f"H{n:05},C{n % 50},{status}\n" for n in numbers)


@pytest.mark.parametrize("size", [400, 1000])
def test_the_third_delivery_is_held_and_three_policies_are_named(take, size):
    first = take("holdings", policies(range(size)), create_customers=True, feed="policies")
    assert counts(first) == (size, size, 0, 0, 0, 0)
    assert first.one_side == {}
    again = take("holdings", policies(range(size)), create_customers=True, feed="policies", name="again.csv")
    assert counts(again) == (size, 0, 0, size, 0, 0)
    assert again.one_side == {"record": [], "file": []}
    short = take("holdings", policies(range(size * 6 // 10), status="closed"), create_customers=True, feed="policies")
    assert counts(short) == (size * 6 // 10, 0, 0, 0, size * 6 // 10, 0)
    assert (short.status, short.usual_rows) == (ImportStatus.HELD, size)
    assert short.counts.reasons == {"feed_incomplete": size * 6 // 10}
    assert short.as_json()["held"] == "feed_incomplete"
    assert not short.succeeded
    assert not Holding.objects.exclude(status=1).exists()
    assert held_feeds(["holdings"]) == ["policies"]
    usual = take(
        "holdings", policies([*range(1, size), size, size + 1]), create_customers=True, feed="policies", name="four.csv"
    )
    assert counts(usual) == (size + 1, 2, 0, size - 1, 0, 0)
    assert usual.one_side == {"record": ["H00000"], "file": [f"H{size:05}", f"H{size + 1:05}"]}
    assert usual.as_json()["known_to_one_side"]["record"] == ["H00000"]
    assert held_feeds(["holdings"]) == []


def test_a_held_delivery_is_applied_on_demand(take):
    take("holdings", policies(range(100)), create_customers=True, feed="policies")
    text = policies(range(10), status="closed")
    assert take("holdings", text, feed="policies").status == ImportStatus.HELD
    report = take("holdings", text, feed="policies", even_if_incomplete=True)
    assert counts(report) == (10, 0, 10, 0, 0, 0)
    assert held_feeds(["holdings"]) == []


def test_a_held_delivery_can_be_forgotten(take):
    take("holdings", policies(range(100)), create_customers=True, feed="policies")
    held = take("holdings", policies(range(10)), feed="policies")
    assert held_feeds(["holdings"]) == ["policies"]
    release_held(held.code, by=SYSTEM)
    assert held_feeds(["holdings"]) == []
    assert Import.objects.get(code=held.code).status == ImportStatus.FAILED


def test_feeds_do_not_judge_each_other(take):
    take("holdings", policies(range(100)), create_customers=True, feed="policies")
    assert take("holdings", policies(range(200, 210)), create_customers=True, feed="cards").status == ImportStatus.DONE
    assert take("holdings", policies(range(300, 310)), create_customers=True).status == ImportStatus.DONE
