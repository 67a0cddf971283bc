"""Merging while others write: not one line, contact, holding or consent stays behind with somebody who is no longer there."""

import random
import time
from threading import Event

import pyarrow as pa
import pytest
from django.db import transaction
from django.db.models import Sum
from django.db.transaction import TransactionManagementError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.record.consents.models import Consent
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import (
    NewCustomer,
    erase_customer,
    hold_customers,
    merge_customers,
    register_customers,
    unmerge_customers,
)
from guanxi.record.customers.services.holding_still import hold_customers_alone
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services import CustomerGone, record_dealings
from guanxi.record.holdings.models import Holding
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.services import ImportOptions, committing, import_file
from tests.chances import examples
from tests.crowd import Crowd
from tests.stories.scene import SYSTEM

FILES = {
    "dealings": ("customer,date,amount\nB,2024-01-05,7\nA,2024-01-06,5\n", Dealing),
    "holdings": ("reference,customer\nH1,B\nH2,A\n", Holding),
    "conversations": ("customer,at,summary\nB,2024-01-05 10:00,told us\nA,2024-01-06 10:00,asked\n", Conversation),
}
WAIT = 0.4  # seconds in which what does not wait would long be done


@pytest.fixture
def firm(transactional_db):
    from guanxi.project.registrations import register_importers
    from guanxi.record.customers import search
    from tests.stories.scene import build_scene

    register_importers()
    search.rebuild_search()
    return build_scene()


def two_customers() -> tuple[int, int]:
    a, b = register_customers(
        [NewCustomer(name="王芳", reference="A"), NewCustomer(name="王小芳", reference="B")], by=SYSTEM, source="test"
    )
    return a.id, b.id


def left_behind() -> dict[str, int]:
    """Rows of each noun that stand with somebody merged away."""
    models = (Dealing, Holding, Conversation, Consent)
    return {m.__name__: n for m in models if (n := m.objects.exclude(customer__merged_into=None).count())}


def take_in(tmp_path, kind: str) -> str:
    path = tmp_path / f"{kind}.csv"
    path.write_text(FILES[kind][0])
    return import_file(path, kind, by=SYSTEM, options=ImportOptions()).counts.failed


@pytest.mark.postgres
@pytest.mark.parametrize("kind", FILES)
def test_a_merge_waits_for_a_batch_that_is_being_written(firm, tmp_path, monkeypatch, kind):
    a, b = two_customers()
    written, go_on = Event(), Event()

    def pause(point: str) -> None:
        if point == "import.written":
            written.set()
            assert go_on.wait(60)

    monkeypatch.setattr(committing, "kill_point", pause)
    with Crowd() as crowd:
        importing = crowd.send(take_in, tmp_path, kind)
        assert written.wait(60)
        merging = crowd.send(lambda: merge_customers(a, b, by=SYSTEM))
        time.sleep(WAIT)
        assert not merging.done()
        go_on.set()
        assert importing.result(60) == 0
        merging.result(60)
    assert set(FILES[kind][1].objects.values_list("customer_id", flat=True)) == {a}
    assert FILES[kind][1].objects.count() == 2


@pytest.mark.postgres
@pytest.mark.parametrize("kind", FILES)
def test_a_batch_waits_for_a_merge_and_finds_the_winner(firm, tmp_path, kind):
    a, b = two_customers()
    merged, go_on = Event(), Event()

    def merge() -> None:
        with transaction.atomic():
            merge_customers(a, b, by=SYSTEM)
            merged.set()
            assert go_on.wait(60)

    with Crowd() as crowd:
        merging = crowd.send(merge)
        assert merged.wait(60)
        importing = crowd.send(take_in, tmp_path, kind)
        time.sleep(WAIT)
        assert not importing.done()
        go_on.set()
        merging.result(60)
        assert importing.result(60) == 0
    assert set(FILES[kind][1].objects.values_list("customer_id", flat=True)) == {a}


@pytest.mark.postgres
def test_single_acts_wait_for_a_merge_and_are_refused_on_the_loser(firm):
    """Somebody who has the loser's page open learns that he is gone; nothing is written."""
    a, b = two_customers()
    merged, go_on = Event(), Event()

    def merge() -> None:
        with transaction.atomic():
            merge_customers(a, b, by=SYSTEM)
            merged.set()
            assert go_on.wait(60)

    def refusal(act) -> str:
        with pytest.raises(Refused) as refused:
            act()
        return refused.value.code

    said = Statement(purpose=2, channel=4, status=1, at=clock.now(), source="form", evidence="signed", text_version="1")
    with Crowd() as crowd:
        merging = crowd.send(merge)
        assert merged.wait(60)
        talk = crowd.send(refusal, lambda: log_conversation(b, by=SYSTEM, channel=Channel.CALL, summary="told us"))
        consent = crowd.send(lambda: record_consents([NewConsent(b, said)], by=SYSTEM))
        erasure = crowd.send(refusal, lambda: erase_customer(10**9, basis="asked", by=SYSTEM))
        time.sleep(WAIT)
        assert [talk.done(), consent.done(), erasure.done()] == [False] * 3
        go_on.set()
        merging.result(60)
        assert (talk.result(60), erasure.result(60)) == ("customers.not_found", "customers.not_found")
        assert consent.result(60)[0].refused.code == "consents.customer_not_found"
    assert (Conversation.objects.count(), Consent.objects.count()) == (0, 0)


@pytest.mark.postgres
def test_many_writers_and_mergers_at_random(firm):
    """Lines, contacts and consents written by three while a fourth merges and takes merges back: none is lost or strays."""
    rows = [NewCustomer(name=f"人{n}", reference=f"R{n}") for n in range(6)]
    ids = [row.id for row in register_customers(rows, by=SYSTEM, source="test")]
    stop = Event()

    def write(seed: int) -> int:
        draw, written = random.Random(seed), 0
        while not stop.is_set():
            try:
                if seed % 2:
                    log_conversation(draw.choice(ids), by=SYSTEM, channel=Channel.CALL)
                else:
                    record_dealings(line(draw.choice(ids)), by=SYSTEM, cause="test")
                written += 1
            except (CustomerGone, Refused):  # merged away at this moment: an importer looks up again, a person is told
                continue
        return written

    with Crowd() as crowd:
        writers = [crowd.send(write, seed) for seed in range(3)]
        draw, merges = random.Random(7), []
        for _ in range(40):
            present = list(Customer.objects.filter(gone=0).values_list("pk", flat=True))
            if merges and (len(present) < 3 or draw.random() < 0.4):
                unmerge_customers(merges.pop(), by=SYSTEM)
            else:
                merges.append(merge_customers(*draw.sample(present, 2), by=SYSTEM))
        stop.set()
        written = sum(writer.result(60) for writer in writers)
    assert left_behind() == {}
    assert written > 20
    assert Dealing.objects.count() + Conversation.objects.count() == written


def line(customer_id: int) -> pa.Table:
    """One line of a customer."""
    at = pa.array([clock.now()], pa.timestamp("us", "UTC"))
    day = pa.array([clock.now().date()])
    return pa.table(
        {"customer_id": [customer_id], "occurred_at": at, "occurred_on": day, "amount": [100], "currency": ["CNY"]}
    )


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_merged_between_two_batches_no_line_strays(scene, tmp_path, monkeypatch, data):
    """An importer remembers whom it has looked up; people are merged and parted between its batches in any order."""
    monkeypatch.setattr(DealingImporter, "batch", (2, 2))
    path = tmp_path / "lines.csv"
    path.write_text("customer,date,amount\n" + "".join(f"R{n % 4},2024-01-05,{n + 1}\n" for n in range(12)))
    merges: list[str] = []

    def between(rows: int) -> None:
        for _ in range(data.draw(st.integers(0, 2), label=f"acts after row {rows}")):
            present = list(Customer.objects.filter(gone=0).order_by("pk").values_list("pk", flat=True))
            if merges and (len(present) < 2 or data.draw(st.booleans(), label="take back")):
                unmerge_customers(merges.pop(), by=SYSTEM)
            elif len(present) > 1:
                winner, loser = data.draw(st.permutations(present), label="of whom the first two")[:2]
                merges.append(merge_customers(winner, loser, by=SYSTEM))
        assert left_behind() == {}

    with transaction.atomic():
        register_customers([NewCustomer(name=f"人{n}", reference=f"R{n}") for n in range(4)], by=SYSTEM, source="test")
        report = import_file(path, "dealings", by=SYSTEM, options=ImportOptions(), progress=between)
        assert (report.counts.created, report.counts.failed) == (12, 0)
        assert Dealing.objects.aggregate(total=Sum("amount"))["total"] == 100 * sum(range(1, 13))
        while merges:
            unmerge_customers(merges.pop(), by=SYSTEM)
            assert left_behind() == {}
        transaction.set_rollback(True)


def test_a_lock_ends_with_a_transaction_so_it_needs_one(firm):
    for hold in (hold_customers, hold_customers_alone):
        with pytest.raises(TransactionManagementError):
            hold()
