"""The chain of seals: nothing sealed twice, nothing missed, and everything that was altered afterwards is named."""

import threading
from concurrent.futures import wait
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from guanxi.journal import sealing
from guanxi.journal.models import Act, ActPayload, Seal, SubjectKey
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.sealing import seal_acts, start_epoch
from guanxi.journal.services import Entry, erase_subject, record_act, record_acts
from guanxi.journal.verifying import verify
from tests.crowd import Crowd, wait_for_others

CLERK = Actor("staff", "clerk2222222")
WANG = Noun("customer", "wang22222222")
ZHANG = Noun("customer", "zhang2222222")

pytestmark = pytest.mark.django_db(transaction=True)


def _write(kind: str = "customer.registered", *, noun: Noun = WANG, payload: dict | None = None) -> None:
    with transaction.atomic():
        record_act(kind, by=CLERK, noun=noun, payload=payload, subject=noun.code if payload else "")


def _seal() -> int:
    wait_for_others()
    return seal_acts()


def _three_blocks() -> None:
    """Acts 1 to 6 in blocks of 2, 3 and 1."""
    _write(payload={"name": "王小明"})
    _write(noun=ZHANG, payload={"name": "张伟"})
    assert _seal() == 2
    with transaction.atomic():
        record_acts(
            "customer.changed", [Entry(WANG, {"city": "上海"}, WANG.code), Entry(ZHANG, {"n": 3}, ZHANG.code)], by=CLERK
        )
        record_act("import.finished", by=CLERK, noun=Noun("import", "imp"), payload={"rows": 2000})
    assert _seal() == 3
    _write("customer.seen")
    assert _seal() == 1


def test_blocks_follow_each_other_and_verify():
    _three_blocks()
    verdict = verify()
    assert (verdict.acts, verdict.waiting, verdict.seals, verdict.broken) == (6, 0, 3, None)
    assert verdict.head == bytes(Seal.objects.order_by("-pk")[0].hash).hex()
    assert [seal.count for seal in Seal.objects.order_by("pk")] == [2, 3, 1]


def test_nothing_new_seals_nothing():
    assert seal_acts() == 0
    _three_blocks()
    assert (seal_acts(), Seal.objects.count()) == (0, 3)


def test_acts_not_sealed_yet_are_checked_by_their_own_hash():
    _three_blocks()
    _write("customer.seen", noun=ZHANG)
    assert (verify().waiting, verify().broken) == (1, None)
    Act.objects.filter(pk=Act.objects.order_by("-pk")[0].pk).update(by_code="someoneelse2")
    assert verify().broken.code == "act.changed"


def test_rolled_back_acts_are_neither_sealed_nor_missed():
    _write()
    with transaction.atomic():
        record_act("customer.changed", by=CLERK, noun=WANG)
        transaction.set_rollback(True)
    _write("customer.seen")
    assert _seal() == 2
    _write("customer.seen")
    assert _seal() == 1
    assert (verify().acts, verify().broken) == (3, None)


def test_an_act_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError, match="transaction of what was done"):
        record_act("customer.registered", by=CLERK, noun=WANG)
    assert Act.objects.count() == 0


@contextmanager
def _undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Every column of every table of the journal, and how what is found begins when somebody alters it in the second of three
# blocks; '' is any break (an act under another id is missed by its payload or by its block, whichever comes first).
TAMPERINGS = {
    ("journal_act", "id", "id + 1000"): "",
    ("journal_act", "at", "'2020-01-01 00:00:00+00:00'"): "act.changed",
    ("journal_act", "kind", "'customer.seen'"): "act.changed",
    ("journal_act", "by_kind", "'system'"): "act.changed",
    ("journal_act", "by_code", "'nobody222222'"): "act.changed",
    ("journal_act", "noun_kind", "'deal'"): "act.changed",
    ("journal_act", "noun_code", "'zhang2222222'"): "act.changed",
    ("journal_act", "subject", "'zhang2222222'"): "act.changed",
    ("journal_act", "count", "count + 1"): "act.changed",
    ("journal_act", "payload_digest", "{blob}"): "act.changed",
    ("journal_act", "row_hash", "{blob}"): "act.changed",
    ("journal_act", "tx", "tx + 1"): "block.",
    ("journal_actpayload", "act_id", "act_id + 1000"): "payload.removed",
    ("journal_actpayload", "salt", "{blob}"): "payload.changed",
    ("journal_actpayload", "cipher", "{blob}"): "payload.changed",
    ("journal_subjectkey", "subject", "'liu222222222'"): "payload.locked",
    ("journal_subjectkey", "cipher", "{blob}"): "payload.locked",
    ("journal_seal", "at", "'2020-01-01 00:00:00+00:00'"): "seal.changed",
    ("journal_seal", "previous", "{blob}"): "seal.unchained",
    ("journal_seal", "epoch", "0"): "seal.unchained",
    ("journal_seal", "by_tx", "{other}"): "seal.changed",
    ("journal_seal", "mark_from", "mark_from - 1"): "seal.changed",
    ("journal_seal", "mark_to", "mark_to + 1000000"): "seal.changed",
    ("journal_seal", "id_from", "id_from - 1"): "seal.changed",
    ("journal_seal", "id_to", "id_to + 1"): "seal.changed",
    ("journal_seal", "count", "count + 1"): "seal.changed",
    ("journal_seal", "root", "{blob}"): "seal.changed",
    ("journal_seal", "hash", "{blob}"): "seal.changed",
}


def test_every_column_of_every_table_is_watched():
    """The table above names all columns but the seal's own id, which only orders the seals."""
    columns = {
        (model._meta.db_table, field.column)
        for model in (Act, ActPayload, SubjectKey, Seal)
        for field in model._meta.local_fields
    }
    assert columns - {(table, column) for table, column, _ in TAMPERINGS} == {("journal_seal", "id")}


def test_one_altered_column_is_found():
    _three_blocks()
    act = Act.objects.get(kind="customer.changed", noun_code=WANG.code).pk
    seal = Seal.objects.order_by("pk")[1].pk
    blob = "'\\x0102030405060708'::bytea" if connection.vendor == "postgresql" else "x'0102030405060708'"
    rows = {
        "journal_act": f"id = {act}",
        "journal_actpayload": f"act_id = {act}",
        "journal_subjectkey": f"subject = '{WANG.code}'",
        "journal_seal": f"id = {seal}",
    }
    found = {}
    for (table, column, value), expected in TAMPERINGS.items():
        with _undone(), connection.cursor() as cursor:
            other = "NOT by_tx"
            cursor.execute(f"UPDATE {table} SET {column} = {value.format(blob=blob, other=other)} WHERE {rows[table]}")
            assert cursor.rowcount == 1, (table, column)
            broken = verify().broken
        found[table, column, value] = broken.code[: len(expected)] if broken else None
    assert found == TAMPERINGS
    assert verify().broken is None


def test_a_removed_act_is_found():
    _three_blocks()
    last_of_first_block = Act.objects.order_by("pk")[1]
    ActPayload.objects.filter(pk=last_of_first_block.pk).delete()
    Act.objects.filter(pk=last_of_first_block.pk).delete()
    broken = verify().broken
    assert (broken.code, broken.params["number"]) == ("block.removed", 1)
    assert str(broken).endswith("has lost 1 of its acts.")


def test_a_faithful_copy_put_in_behind_the_seals_is_found():
    """Hash and all: the block knows how many acts it holds."""
    _three_blocks()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_act (id, at, kind, by_kind, by_code, noun_kind, noun_code, subject, count, payload_digest,"
            " row_hash, tx) SELECT -5, at, kind, by_kind, by_code, noun_kind, noun_code, subject, count, payload_digest,"
            " row_hash, tx FROM journal_act WHERE kind = 'customer.seen'"
        )
    assert verify().broken.code == ("block.added" if connection.vendor == "postgresql" else "act.added")


def test_a_payload_put_beside_an_act_without_one_is_found():
    _three_blocks()
    silent = Act.objects.get(kind="customer.seen")
    ActPayload.objects.create(act_id=silent.pk, salt=bytes(16), cipher=b"x" * 40)
    assert verify().broken.code == "payload.added"


def test_a_payload_of_no_act_is_found():
    _three_blocks()
    ActPayload.objects.create(act_id=999_999, salt=bytes(16), cipher=b"x" * 40)
    broken = verify().broken
    assert (broken.code, broken.params) == ("payload.stray", {"act": 999_999})


def test_a_removed_seal_is_found():
    _three_blocks()
    Seal.objects.order_by("pk")[1].delete()
    assert verify().broken.code == "seal.unchained"


def test_a_tail_cut_off_shows_in_the_head():
    """Removing the last acts and their seal leaves a valid shorter chain: the head noted elsewhere tells."""
    _three_blocks()
    head = verify().head
    Seal.objects.order_by("-pk")[0].delete()
    Act.objects.order_by("-pk")[0].delete()
    assert verify().broken is None
    assert verify().head != head


def test_erasing_a_customer_leaves_the_chain_verifying():
    _three_blocks()
    with transaction.atomic():
        assert erase_subject(WANG.code, by=CLERK) == 2
    _seal()
    verdict = verify()
    assert (verdict.broken, verdict.erased, verdict.acts) == (None, 2, 7)
    assert not SubjectKey.objects.filter(subject=WANG.code).exists()
    assert ActPayload.objects.filter(act_id__in=Act.objects.filter(subject=WANG.code).values("pk")).count() == 0
    assert Act.objects.filter(subject=ZHANG.code).count() == 2


def test_acts_after_an_erasure_have_a_new_key():
    _three_blocks()
    with transaction.atomic():
        erase_subject(WANG.code, by=CLERK)
    _write("customer.registered", payload={"name": "王小明"})
    assert (verify().broken, verify().erased) == (None, 2)
    later = Act.objects.filter(kind="customer.registered", noun_code=WANG.code).order_by("-pk")[0]
    ActPayload.objects.filter(pk=later.pk).delete()  # the old erasure does not excuse this one
    assert verify().broken.code == "payload.removed"


def test_a_removed_payload_without_erasure_is_found():
    _three_blocks()
    ActPayload.objects.filter(act_id__in=Act.objects.filter(subject=WANG.code).values("pk")).delete()
    SubjectKey.objects.filter(subject=WANG.code).delete()
    assert verify().broken.code == "payload.removed"


def test_a_restore_opens_a_new_epoch():
    _three_blocks()
    _write("customer.seen")  # committed, not sealed, when the backup was taken
    start_epoch()
    assert verify().waiting == 0
    _write("customer.seen", noun=ZHANG)
    assert _seal() == 1
    verdict = verify()
    assert (verdict.broken, verdict.acts, verdict.waiting, verdict.seals) == (None, 8, 0, 6)
    assert list(Seal.objects.order_by("pk").values_list("epoch", "count")) == [
        (1, 2),
        (1, 3),
        (1, 1),
        (1, 1),
        (2, 0),
        (2, 1),
    ]
    second = Act.objects.order_by("pk")[1].pk
    Act.objects.filter(pk=second).update(kind="customer.lost")
    assert verify().broken.params == {"act": second}


@pytest.mark.postgres
@pytest.mark.drill
def test_a_cluster_that_counts_lower_is_noticed_without_being_told():
    _three_blocks()
    _write("customer.seen")
    with connection.cursor() as cursor:  # as restored from a cluster 10,000,000 transactions ahead
        ahead = 10_000_000
        cursor.execute("DELETE FROM journal_seal")
        cursor.execute("UPDATE journal_act SET tx = tx + %s", [ahead])
    first = Act.objects.order_by("tx")[0]
    with transaction.atomic():
        sealing._write_seal(None, sealing._Block(1, True, 0, 0, first.tx + 1))
    _write("customer.seen", noun=ZHANG)
    assert _seal() == 1
    verdict = verify()
    assert (verdict.broken, verdict.waiting, verdict.acts) == (None, 0, 8)
    assert [seal.epoch for seal in Seal.objects.order_by("pk")] == [1, 1, 2, 2]


@pytest.mark.postgres
def test_a_smaller_id_that_commits_later_is_sealed_once():
    """Interleaved transactions: the first to take an id is the last to commit."""
    started, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            record_act("customer.changed", by=CLERK, noun=ZHANG)
            started.set()
            assert may_commit.wait(20)

    with Crowd() as crowd:
        slow = crowd.send(write_slowly)
        assert started.wait(20)
        _write("customer.seen")  # a higher id, committed first
        assert seal_acts() == 0  # its transaction is finished, but an earlier one is not: the window waits
        may_commit.set()
        slow.result(20)
    assert _seal() == 2
    assert (verify().broken, verify().waiting, Seal.objects.get().count) == (None, 0, 2)


def test_writers_and_sealers_at_once_miss_nothing_and_double_nothing():
    writers, acts = 4, 30
    stop = threading.Event()

    def write(number: int) -> None:
        for step in range(acts):
            with transaction.atomic():
                record_act("customer.seen", by=CLERK, noun=Noun("customer", f"c{number}"), payload={"step": step})
                if step % 7 == 3:
                    transaction.set_rollback(True)

    def keep_sealing() -> None:
        while not stop.is_set():
            seal_acts()

    with Crowd() as crowd:
        sealers = [crowd.send(keep_sealing) for _ in range(2)]
        for done in [crowd.send(write, number) for number in range(writers)]:
            done.result(60)
        stop.set()
        for done in sealers:
            done.result(60)
    _seal()
    kept = writers * len([step for step in range(acts) if step % 7 != 3])
    assert Act.objects.count() == kept
    assert sum(seal.count for seal in Seal.objects.all()) == kept
    assert (verify().broken, verify().waiting, verify().acts) == (None, 0, kept)


@pytest.mark.postgres
def test_an_erasure_waits_for_writers_and_takes_what_they_wrote():
    _write(payload={"name": "王小明"})
    started, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            record_act("customer.changed", by=CLERK, noun=WANG, payload={"city": "上海"}, subject=WANG.code)
            started.set()
            assert may_commit.wait(20)

    with Crowd() as crowd:
        writing = crowd.send(write_slowly)
        assert started.wait(20)
        erasing = crowd.send(lambda: erase_subject(WANG.code, by=CLERK))
        assert wait([erasing], timeout=0.5).not_done == {erasing}
        may_commit.set()
        writing.result(20)
        assert erasing.result(20) == 2
    left = ActPayload.objects.filter(act_id__in=Act.objects.filter(subject=WANG.code).values("pk"))
    assert (verify().broken, left.count()) == (None, 0)


@pytest.mark.postgres
def test_writers_that_all_make_the_first_key_of_a_customer_can_all_be_read():
    together = threading.Barrier(4)

    def write() -> None:
        together.wait(20)
        _write(payload={"name": "王小明"})

    with Crowd() as crowd:
        for done in [crowd.send(write) for _ in range(4)]:
            done.result(20)
    assert (verify().broken, verify().acts) == (None, 4)
