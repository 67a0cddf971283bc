"""A new data key: everything encrypted is renewed in batches, may be broken off, and opens as before."""

import pytest
from django.apps import apps
from django.db import connection, models

from guanxi.ground.outbox.services import drain, put
from guanxi.ground.secrets import create_keys, keyring
from guanxi.identity import queries, services
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.journal.verifying import verify
from guanxi.project import rekeying
from guanxi.record.customers.services import NewCustomer, register_customers

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = queries.system_principal()
ACCOUNTS = [f"622202120000000000{n}" for n in range(7)]


@pytest.fixture
def secrets_of_a_firm(guanxi_home, tmp_path, settings, monkeypatch):
    """A firm in a home of its own with seven account numbers, the journal's key and three messages, all under key 1."""
    (tmp_path / "keys").mkdir(mode=0o700)
    for file in (guanxi_home / "keys").iterdir():
        (tmp_path / "keys" / file.name).write_bytes(file.read_bytes())
    create_keys(tmp_path / "keys")
    settings.GUANXI_HOME = tmp_path
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path))
    monkeypatch.setattr(rekeying, "BATCH", 3)
    services.found_firm(by=SYSTEM, name="合众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    rows = [NewCustomer(name=f"王{n}", account=account) for n, account in enumerate(ACCOUNTS)]
    done = register_customers(rows, by=SYSTEM, source="test")
    assert [one.problem for one in done if one.problem] == []
    for key in "abc":
        put("mail", key=key, body={"to": key})


def _accounts() -> tuple[list[str], set[bool]]:
    """What the stored ciphers say, and whether they stand under the current key."""
    ring = keyring()
    with connection.cursor() as cursor:
        cursor.execute("SELECT norm, cipher FROM customers_identifier WHERE cipher IS NOT NULL ORDER BY id")
        rows = [(norm, bytes(cipher)) for norm, cipher in cursor.fetchall()]
    place = {"table": "customers_identifier", "column": "cipher"}
    return [ring.decrypt_text(box, **place, row=norm) for norm, box in rows], {ring.is_current(box) for _, box in rows}


def test_everything_stands_under_the_new_key_and_opens_as_before(secrets_of_a_firm):
    assert rekeying.rotate_key(by=SYSTEM) == 2
    assert _accounts() == (ACCOUNTS, {False})
    counts = rekeying.renew_everything(by=SYSTEM)
    assert (counts["identifiers"], counts["outbox"]) == (7, 3)
    assert counts["journal"] >= 1
    assert _accounts() == (ACCOUNTS, {True})
    assert verify().broken is None
    sent: list[str] = []
    drain("mail", send=lambda letter: sent.append(letter.body["to"]) or "ok", holder="t")
    assert sent == ["a", "b", "c"]
    assert acts_of(Noun("firm", "1"))[0].payload == {"key": 2}


def test_what_was_broken_off_goes_on_where_it_was(secrets_of_a_firm):
    rekeying.rotate_key(by=SYSTEM)

    def pull_the_plug(what: str, done: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rekeying.renew_everything(by=SYSTEM, watch=pull_the_plug)
    assert _accounts() == (ACCOUNTS, {False, True})
    assert rekeying.renew_everything(by=SYSTEM)["identifiers"] == 1
    assert rekeying.renew_everything(by=SYSTEM) == {"identifiers": 0, "journal": 0, "outbox": 0}
    assert _accounts() == (ACCOUNTS, {True})


def test_a_row_changed_meanwhile_keeps_its_new_value(secrets_of_a_firm):
    rekeying.rotate_key(by=SYSTEM)
    [(pk, norm, old), *_] = rekeying._stale_rows(rekeying.IDENTIFIERS, 0)
    newer = keyring().encrypt("newer", table="customers_identifier", column="cipher", row=norm)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_identifier SET cipher = %s WHERE id = %s", [newer, pk])
    rekeying._renew_rows(rekeying.IDENTIFIERS, [(pk, norm, old)])
    assert _accounts()[0][0] == "newer"


def test_only_the_administrator_changes_keys(secrets_of_a_firm):
    for act in (rekeying.rotate_key, rekeying.renew_everything):
        with pytest.raises(Denied):
            act(by=ANONYMOUS)
    assert keyring().current == 1


def test_every_encrypted_column_is_renewed():
    ciphers = {
        model._meta.db_table
        for model in apps.get_models()
        for column in model._meta.local_fields
        if isinstance(column, models.BinaryField) and column.name == "cipher"
    }
    # payloads of the journal stand under the keys of their customers, which are renewed
    assert ciphers - {"journal_actpayload"} == rekeying.COVERED
