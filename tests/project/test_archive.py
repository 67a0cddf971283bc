"""Backup and restore: the whole record comes back, one flipped byte is found, and nothing is ever overwritten."""

import io
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing

import pytest
from django.db import connection, transaction

from guanxi.ground.outbox.services import put
from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import create_keys, keyring
from guanxi.identity import queries, services
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.insight.warehouse.places import places
from guanxi.project.archive import form, restoring, writing
from guanxi.project.archive.examining import examine_backup
from tests.installation import Installation

SYSTEM = queries.system_principal()

# What a restore adds to the record: it seals what was unsealed, begins an epoch, and says so.
CHANGED_BY_RESTORE = {"journal_act", "journal_actpayload", "journal_seal", "outbox_outgoing", "sqlite_sequence"}

_FILL = """
from pathlib import Path
import os
from django.db import transaction
from guanxi.ground.outbox.services import put
from guanxi.identity.queries import system_principal
from guanxi.record.customers.services import NewCustomer, register_customers
by = system_principal()
rows = [NewCustomer(name=f"王{n}", phone=f"1380013{n:04d}", account=f"62220212000000{n:05d}") for n in range(200)]
register_customers(rows, by=by, source="test")
with transaction.atomic():
    put("mail", key="a", body={"to": "x"})
folder = Path(os.environ["GUANXI_HOME"]) / "files" / "letters"
folder.mkdir(parents=True)
(folder / "附件 1.pdf").write_bytes(bytes(range(256)) * 100)
(folder / "empty").write_bytes(b"")
"""


@pytest.mark.both
def test_everything_comes_back_on_an_empty_machine(firm, new_home, tmp_path):
    firm.python(_FILL)
    before = firm.rows()
    file = tmp_path / "backup.guanxi"
    made = firm.json("backup", str(file), "--with-keys")
    assert (made["with_keys"], made["entries"]) == (True, 7)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    other = new_home("other")
    assert other.json("restore", str(file)) | {"made_at": ""} == {
        "made_at": "", "files": 2, "held": 1, "erased": 0,
    }  # fmt: skip
    after = other.rows()
    assert {name for name in before if before[name] != after[name]} <= CHANGED_BY_RESTORE
    assert len(after["customers_customer"]) == 200
    assert before["journal_act"] == [row for row in after["journal_act"] if row in before["journal_act"]]
    names = ["letters/empty", "letters/附件 1.pdf"]
    assert _files(other) == _files(firm)
    assert sorted(_files(other)) == names
    assert _keys(other) == _keys(firm)
    said = other.json("doctor", expect=1)  # the message that waited is held for a person
    assert [name for name, check in said["checks"].items() if check["troubles"]] == ["jobs"]
    assert said["checks"]["journal"]["facts"]["not_sealed_yet"] <= 1


@pytest.mark.drill
def test_a_backup_comes_back_beside_the_home_that_made_it(firm, tmp_path):
    if connection.vendor == "postgresql":
        pytest.skip("on PostgreSQL it is brought back by the commands")
    firm.python(_FILL)
    (firm.home / "backups").mkdir()
    firm.run("backup", str(firm.home / "backups" / "2026-03-02.guanxi"))
    before = firm.rows()
    told = json.loads(firm.python(_BRING_BACK))
    place = firm.home.with_name(f"{firm.home.name}-restored-2026-03-02")
    assert (told["place"], told["files"], told["held"]) == (str(place), 2, 1)
    assert firm.rows() == before
    with closing(sqlite3.connect(place / "record.sqlite3")) as record:
        assert record.execute("SELECT count(*) FROM customers_customer").fetchone() == (200,)
    assert "is there already" in firm.python(_BRING_BACK_AGAIN)


_BRING_BACK = """
import json
from guanxi.project.schedules import bring_back
print(json.dumps(bring_back("2026-03-02.guanxi")))
"""
_BRING_BACK_AGAIN = """
from guanxi.ground.refusals import Refused
from guanxi.project.schedules import bring_back
try:
    bring_back("2026-03-02.guanxi")
except Refused as refused:
    print(refused)
"""


def _files(place: Installation) -> dict[str, bytes]:
    folder = place.home / "files"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _keys(place: Installation) -> dict[str, tuple[str, int]]:
    return {
        path.name: (path.read_text(), stat.S_IMODE(path.stat().st_mode)) for path in (place.home / "keys").iterdir()
    }


@pytest.mark.drill
def test_a_backup_without_keys_needs_those_kept_apart(firm, new_home, tmp_path):
    file = tmp_path / "backup.guanxi"
    firm.run("backup", str(file))
    with tarfile.open(file) as tar:
        assert not any(name.startswith("keys/") for name in tar.getnames())
    other = new_home("other")
    said = other.run("restore", str(file), expect=1).stderr
    assert "The backup holds no keys. Put the keys kept with it into" in said
    assert other.python("from django.db import connection; print(connection.introspection.table_names())") == "[]\n"
    other.run("init")
    assert "There is a record already" in other.run("restore", str(file), expect=1).stderr
    third = new_home("third")
    (third.home / "keys").mkdir(parents=True)
    for key in (firm.home / "keys").iterdir():
        (third.home / "keys" / key.name).write_text(key.read_text())
    third.run("restore", str(file))
    assert third.json("doctor", "--repair")["healthy"] is True


_ERASE = """
from guanxi.identity.queries import system_principal
from guanxi.project.archive.erasures import keep_list
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import erase_customer
for name in ("王7", "王9"):
    erase_customer(Customer.objects.get(name=name).pk, basis="request", by=system_principal())
print(keep_list(), keep_list())
"""
_WHO = """
from guanxi.record.customers.models import Customer, Identifier
print(Customer.objects.filter(name__startswith="王").count(), Identifier.objects.filter(norm__contains="13800130007").count())
"""


def test_who_was_erased_stays_erased_after_a_restore(firm, new_home, tmp_path):
    firm.python(_FILL)
    file = tmp_path / "backup.guanxi"
    firm.run("backup", str(file), "--with-keys")
    assert firm.python(_ERASE) == "True False\n"
    names = (firm.home / "erased.json").read_text()
    assert stat.S_IMODE((firm.home / "erased.json").stat().st_mode) == 0o600
    assert "王" not in names
    other = new_home("other")
    said = other.json("restore", str(file), "--erased", str(firm.home / "erased.json"))
    assert said["erased"] == 2
    assert other.python(_WHO) == firm.python(_WHO) == "198 0\n"
    assert other.json("doctor", expect=1)["checks"]["journal"]["troubles"] == []


def test_a_backup_is_never_written_over_another(firm, tmp_path):
    file = tmp_path / "backup.guanxi"
    file.write_text("precious")
    assert "is there already" in firm.run("backup", str(file), expect=1).stderr
    assert file.read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"hello", bytes(300), b"PK\x03\x04" + bytes(500)])
def test_what_is_no_backup_is_said_so(tmp_path, content):
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        restoring.restore_backup(file)
    assert refused.value.code in {"backup.unknown", "backup.damaged"}


# ---- in this process, on the test's own record


@pytest.fixture
def backup(transactional_db, tmp_path, guanxi_home, settings):
    """A small backup of the test's record."""
    settings.GUANXI_HOME = tmp_path / "home"
    folder = tmp_path / "home" / "files"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("text")
    services.found_firm(by=SYSTEM, name="合众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    file = tmp_path / "backup.guanxi"
    writing.make_backup(file, by=SYSTEM)
    return file


def test_trials_that_a_refresh_writes_meanwhile_spoil_no_backup(backup, tmp_path):
    trials = places().trials
    trials.parent.mkdir(parents=True)
    trials.write_bytes(b"of yesterday")
    trials.with_suffix(".writing").write_bytes(b"half")
    aside = tmp_path / "aside"
    aside.mkdir()
    entries = writing._files(aside)
    trials.write_bytes(b"of today, and longer")
    assert {name: path.read_bytes() for name, path in entries.items()} == {
        "files/a.txt": b"text", "files/decisions/trials.parquet": b"of yesterday",
    }  # fmt: skip


def test_one_flipped_bit_anywhere_is_found(backup):
    whole = backup.read_bytes()
    form.check_whole(backup)
    places = {*range(0, len(whole), 499), *range(1200), *range(len(whole) - 700, len(whole))}
    for place in sorted(places):
        with backup.open("r+b") as file:
            file.seek(place)
            file.write(bytes([whole[place] ^ 0x10]))
        with pytest.raises(Refused):
            form.check_whole(backup)
        with backup.open("r+b") as file:
            file.seek(place)
            file.write(whole[place : place + 1])
    form.check_whole(backup)


@pytest.mark.parametrize("cut", [1, 64, 500, 20_000])
def test_a_backup_cut_short_or_with_something_behind_it_is_found(backup, cut):
    whole = backup.read_bytes()
    for wrong in (whole[:-cut], whole + b"x" * cut):
        backup.write_bytes(wrong)
        with pytest.raises(Refused, match="damaged or not whole"):
            form.check_whole(backup)


def test_the_manifest_says_what_is_in_it(backup):
    manifest = _manifest(backup)
    record = form.POSTGRESQL_ENTRY if connection.vendor == "postgresql" else form.SQLITE_ENTRY
    assert set(manifest["entries"]) == {record, "files/a.txt"}
    assert manifest["entries"]["files/a.txt"] == [
        4, "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1",
    ]  # fmt: skip
    assert (manifest["vendor"], manifest["keys"]["data"]) == (connection.vendor, [1])
    assert keyring().journal_key.hex() not in json.dumps(manifest)


def _manifest(file) -> dict:
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile(form.MANIFEST))


def _rewritten(backup, **changes) -> None:
    """The same backup with another manifest, and a right last line: as a clever hand would leave it."""
    with tarfile.open(backup) as tar:
        content = {info.name: tar.extractfile(info).read() for info in tar}
    manifest = json.loads(content.pop(form.MANIFEST)) | changes
    content = {form.MANIFEST: json.dumps(manifest).encode(), **content}
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    sealed = body.getvalue()
    backup.write_bytes(sealed)
    with backup.open("rb") as file:
        digest = form.digest_of(file, len(sealed))
    backup.write_bytes(sealed + form.MARK + digest.encode() + b"\n")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vendor": "oracle"}, "restore.other_database"),
        ({"migrations": ["journal.9999_from_the_future"]}, "restore.newer"),
        ({"format": 2}, "backup.unknown"),
        ({"surprise": 1}, "backup.unknown"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_before_anything_is_written(backup, changes, code):
    _rewritten(backup, **changes)
    with pytest.raises(Refused) as refused:
        restoring.restore_backup(backup)
    assert refused.value.code == code


def test_a_record_is_never_restored_over(backup):
    with pytest.raises(Refused) as refused:
        restoring.restore_backup(backup)
    assert refused.value.code == "restore.not_empty"


@pytest.mark.parametrize("name", ["../escape", "/tmp/escape", "files/../../escape", "surprise"])
def test_entries_that_are_not_named_or_lead_out_are_refused(backup, tmp_path, name):
    manifest = form.read_manifest(json.dumps(_manifest(backup)).encode(), file=backup)
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    if name != "surprise":
        manifest.entries[name] = (4, "")
    body.seek(0)
    aside = tmp_path / "aside"
    aside.mkdir()
    with tarfile.open(fileobj=body) as tar, pytest.raises(Refused):
        restoring.take_out(tar, manifest, aside, backup)
    assert list(aside.rglob("*")) == []
    assert not (tmp_path / "escape").exists()


def test_other_keys_are_refused(backup, tmp_path, settings):
    settings.GUANXI_HOME = tmp_path / "other"
    create_keys(tmp_path / "other" / "keys")
    manifest = form.read_manifest(json.dumps(_manifest(backup)).encode(), file=backup)
    with pytest.raises(Refused) as refused:
        restoring._are_keys_wanted(manifest, tmp_path / "nothing")
    assert refused.value.code == "restore.other_keys"


def test_a_backup_is_read_whole_before_it_is_believed(backup, monkeypatch, tmp_path):
    found = examine_backup(backup).as_json()
    assert (found["newer"], found["has_keys"], found["opens_here"]) == ("", False, True)
    assert found["customers"] == (0 if connection.vendor == "sqlite" else None)
    assert not list(backup.parent.glob(".verify-*"))
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path / "other"))
    create_keys(tmp_path / "other" / "keys")
    assert examine_backup(backup).opens_here is False
    content = backup.read_bytes()
    backup.write_bytes(content[:700] + bytes([content[700] ^ 1]) + content[701:])
    with pytest.raises(Refused):
        examine_backup(backup)


def test_only_the_administrator_takes_the_data_out(backup, tmp_path):
    with pytest.raises(Denied):
        writing.make_backup(tmp_path / "theirs", by=ANONYMOUS)
    assert not (tmp_path / "theirs").exists()


def test_a_backup_holds_one_moment_while_others_write(backup, tmp_path):
    """Pairs are written together; a backup made meanwhile holds only whole pairs."""
    stop = threading.Event()

    def write_pairs() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                with transaction.atomic():
                    put("left", key=str(number), body={})
                    put("right", key=str(number), body={})
        finally:
            connection.close()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        made = [writing.make_backup(tmp_path / f"b{n}", by=SYSTEM).file for n in range(3)]
    finally:
        stop.set()
        writer.join(20)
    for file in made:
        form.check_whole(file)
        if connection.vendor == "sqlite":
            assert _pairs(file, tmp_path)


def _pairs(file, tmp_path) -> bool:
    import gzip

    with tarfile.open(file) as tar:
        (tmp_path / "r.sqlite3").write_bytes(gzip.decompress(tar.extractfile(form.SQLITE_ENTRY).read()))
    record = sqlite3.connect(tmp_path / "r.sqlite3")
    left, right = (
        {row[0] for row in record.execute("SELECT key FROM outbox_outgoing WHERE channel = ?", (side,))}
        for side in ("left", "right")
    )
    record.close()
    return left == right
