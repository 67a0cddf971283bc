"""The outbox: one call for each row, whatever dies in between, and what nobody knows is said."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from guanxi.ground import clock
from guanxi.ground.jobs.leases import take_lease
from guanxi.ground.outbox import queries, services
from guanxi.ground.outbox.choices import OutgoingStatus
from guanxi.ground.outbox.models import Outgoing
from guanxi.ground.outbox.services import Drained, NotSent, drain, put
from guanxi.ground.secrets import create_keys, keyring, rotate
from tests.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


class Channel:
    """The other side: counts every call, answers as told."""

    def __init__(self, *answers: object) -> None:
        self.calls: list[str] = []
        self.answers = list(answers)

    def __call__(self, letter: services.Letter) -> str:
        self.calls.append(letter.key)
        answer = self.answers.pop(0) if self.answers else "ok"
        if isinstance(answer, Exception):
            raise answer
        return f"{answer}-{letter.id}"


def _status(key: str) -> str:
    return queries.find_outgoing("mail", key).status.name


def test_what_was_put_is_sent_once_in_order():
    assert [put("mail", key=key, body={"to": key}) for key in "abca"] == [True, True, True, False]
    channel = Channel()
    assert drain("mail", send=channel, holder="w") == Drained(sent=3)
    assert drain("mail", send=channel, holder="w") == Drained()
    assert (channel.calls, put("mail", key="a", body={})) == (["a", "b", "c"], False)
    row = Outgoing.objects.get(key="a")
    assert (row.receipt, row.status, row.attempts) == (f"ok-{row.pk}", OutgoingStatus.SENT, 1)


def test_the_body_arrives_whole_and_is_stored_unreadable():
    seen = []
    put("mail", key="a", body={"to": "wang@example.org", "text": "您好"})
    assert b"wang" not in bytes(Outgoing.objects.get().cipher)
    drain("mail", send=lambda letter: seen.append(letter.body) or "ok", holder="w")
    assert seen == [{"to": "wang@example.org", "text": "您好"}]
    assert "wang" not in repr(services.Letter(1, "a", {"to": "wang"}))


def test_a_cause_that_is_rolled_back_sends_nothing():
    with transaction.atomic():
        put("mail", key="a", body={})
        transaction.set_rollback(True)
    channel = Channel()
    assert (drain("mail", send=channel, holder="w"), channel.calls) == (Drained(), [])


def test_channels_do_not_mix():
    put("mail", key="a", body={})
    put("sms", key="a", body={})
    channel = Channel()
    drain("sms", send=channel, holder="w")
    assert (len(channel.calls), _status("a")) == (1, "WAITING")


def test_one_bad_recipient_does_not_spoil_the_rest():
    for key in "abc":
        put("mail", key=key, body={})
    channel = Channel("ok", NotSent("no such mailbox", again=False), "ok")
    assert drain("mail", send=channel, holder="w") == Drained(sent=2, failed=1)
    assert [line.trouble for line in queries.unsettled()] == ["no such mailbox"]


def test_what_was_surely_not_sent_is_tried_again_later():
    put("mail", key="a", body={})
    channel = Channel(NotSent("busy", again=True))
    now = datetime.now(UTC)
    with clock.frozen(now):
        assert drain("mail", send=channel, holder="w") == Drained(later=1)
        assert drain("mail", send=channel, holder="w") == Drained()
    with clock.frozen(now + timedelta(seconds=61)):
        assert drain("mail", send=channel, holder="w") == Drained(sent=1)
    assert channel.calls == ["a", "a"]


def test_after_eight_tries_it_failed():
    put("mail", key="a", body={})
    channel = Channel(*[NotSent("busy", again=True)] * 9)
    for day in range(9):
        with clock.frozen(datetime.now(UTC) + timedelta(days=day)):
            drain("mail", send=channel, holder="w")
    assert (len(channel.calls), _status("a")) == (8, "FAILED")


def test_a_silence_in_the_middle_is_unknown_and_not_sent_again():
    put("mail", key="a", body={})
    channel = Channel(TimeoutError("no answer to DATA"))
    assert drain("mail", send=channel, holder="w") == Drained(unknown=1)
    assert drain("mail", send=channel, holder="w") == Drained()
    assert services.settle_dead_claims("mail") == 0
    assert [(line.status, line.trouble) for line in queries.unsettled()] == [
        (OutgoingStatus.UNKNOWN, "TimeoutError: no answer to DATA")
    ]


def test_a_person_resolves_the_unknown():
    for key in "ab":
        put("mail", key=key, body={})
    drain("mail", send=Channel(TimeoutError(), TimeoutError()), holder="w")
    first, second = [line.id for line in queries.unsettled()]
    assert services.resolve_unknown(first, was_sent=True) is True
    assert services.resolve_unknown(first, was_sent=True) is False
    assert services.resolve_unknown(second, was_sent=False) is True
    channel = Channel()
    drain("mail", send=channel, holder="w")
    assert (channel.calls, _status("a"), _status("b")) == (["b"], "SENT", "SENT")


def _leave_claimed(key: str) -> None:
    """As a worker that was killed during the call leaves it."""
    put("mail", key=key, body={})
    assert services._claim_next("mail", "dead").key == key


def test_a_claim_of_a_dead_worker_ends_as_unknown():
    _leave_claimed("a")
    channel = Channel()
    assert (services.settle_dead_claims("mail"), drain("mail", send=channel, holder="w")) == (0, Drained())
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=6)):
        assert services.settle_dead_claims("sms") == 0
        assert services.settle_dead_claims("mail") == 1
        assert drain("mail", send=channel, holder="w") == Drained()
    assert (_status("a"), channel.calls) == ("UNKNOWN", [])


def test_a_channel_that_may_repeat_itself_sends_the_same_again():
    _leave_claimed("a")
    channel = Channel()
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=6)):
        assert services.settle_dead_claims("mail", may_repeat=True) == 1
        assert drain("mail", send=channel, holder="w") == Drained(sent=1)


def test_an_outcome_that_comes_after_the_claim_was_settled_changes_nothing():
    """The worker only slept: meanwhile the row was declared unknown, and stays so."""

    def sleep(letter: services.Letter) -> str:
        with clock.frozen(datetime.now(UTC) + timedelta(minutes=6)):
            services.settle_dead_claims("mail")
        return "late"

    put("mail", key="a", body={})
    drain("mail", send=sleep, holder="w")
    assert (_status("a"), queries.find_outgoing("mail", "a").receipt) == ("UNKNOWN", "")


def test_draining_inside_a_transaction_is_refused():
    put("mail", key="a", body={})
    channel = Channel()
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        drain("mail", send=channel, holder="w")
    assert channel.calls == []


def test_one_drains_a_channel_at_a_time():
    put("mail", key="a", body={})
    take_lease("outbox:mail", holder="other", seconds=60)
    assert drain("mail", send=Channel(), holder="w") == Drained(is_held=True)


def test_many_workers_at_once_send_nothing_twice_and_miss_nothing():
    keys = [str(n) for n in range(40)]
    for key in keys:
        put("mail", key=key, body={})
    channel = Channel()

    def keep_draining(name: str) -> int:
        sent = 0
        until = time.monotonic() + 30
        while time.monotonic() < until and Outgoing.objects.filter(status=OutgoingStatus.WAITING).exists():
            sent += drain("mail", send=channel, holder=name, limit=3).sent
        return sent

    with Crowd() as crowd:
        totals = [one.result(90) for one in [crowd.send(keep_draining, f"w{n}") for n in range(6)]]
    assert sum(totals) == 40
    assert sorted(channel.calls, key=int) == keys


def test_after_a_restore_nothing_that_waited_is_sent_by_itself():
    _leave_claimed("a")
    put("mail", key="b", body={})
    assert services.hold_all("Restored from a backup: it may have been sent since.") == 2
    channel = Channel()
    assert (drain("mail", send=channel, holder="w"), channel.calls) == (Drained(), [])
    assert {line.status for line in queries.unsettled()} == {OutgoingStatus.UNKNOWN}


def test_bodies_are_renewed_under_a_new_key(guanxi_home, tmp_path, monkeypatch):
    for key in "abc":
        put("mail", key=key, body={"to": key})
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for file in (guanxi_home / "keys").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path))
    create_keys(folder)
    rotate(folder)
    ids = list(Outgoing.objects.order_by("pk").values_list("pk", flat=True))
    assert services.renew_ciphers(limit=2) == (2, ids[1])
    assert services.renew_ciphers(after=ids[1], limit=2) == (1, ids[2])
    assert services.renew_ciphers(after=ids[2]) == (0, None)
    assert all(keyring().is_current(bytes(row.cipher)) for row in Outgoing.objects.all())
    channel = Channel()
    assert drain("mail", send=channel, holder="w").sent == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_kill_9_around_the_call_never_sends_twice(tmp_path, moment):
    """A process is killed in the middle of the call, before or after the other side has taken the message."""
    for key in ("a", "b"):
        put("mail", key=key, body={})
    arrived = tmp_path / "arrived"
    script = tmp_path / "drain.py"
    script.write_text(
        f"""
import os, signal, django
django.setup()
from pathlib import Path
from guanxi.ground.outbox.services import drain
def send(letter):
    if {moment!r} == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    with Path({str(arrived)!r}).open("a") as file:
        file.write(letter.key)
    os.kill(os.getpid(), signal.SIGKILL)
drain("mail", send=send, holder="child")
"""
    )
    environment = os.environ | {"GUANXI_DATABASE_URL": _url()}
    done = subprocess.run([sys.executable, str(script)], env=environment, check=False, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()
    assert (_status("a"), _status("b")) == ("CLAIMED", "WAITING")
    channel = Channel()
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=6)):
        services.settle_dead_claims("mail")
        assert drain("mail", send=channel, holder="w") == Drained(sent=1)
    assert (_status("a"), channel.calls) == ("UNKNOWN", ["b"])
    assert (arrived.read_text() if arrived.exists() else "") == ("a" if moment == "after" else "")


def _url() -> str:
    """The test's own database, as a child process reaches it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(known['NAME'])}"
    parts = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"], "port": known["PORT"]}
    return "postgresql:///?" + "&".join(f"{key}={value}" for key, value in parts.items() if value)


def test_bodies_that_json_does_not_know_are_written_as_text():
    put("mail", key="a", body={"on": datetime(2026, 3, 1, tzinfo=UTC).date()})
    seen: list[str] = []
    drain("mail", send=lambda letter: seen.append(json.dumps(letter.body)) or "ok", holder="w")
    assert seen == ['{"on": "2026-03-01"}']
