"""Keys on disk, fields bound to their place, blind indexes, rotation."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground import secrets
from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import (
    KeyRing,
    create_keys,
    key_number,
    keyring,
    new_key,
    open_to_others,
    rotate,
    seal,
    unseal,
)

PLACE = {"table": "identifier", "column": "cipher", "row": 17}
FIXED = KeyRing({"data-1": bytes(range(32)), "blind": b"b" * 32, "journal": b"j" * 32, "django": b"d" * 32}, None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys")
    return tmp_path


def test_keys_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert create_keys(folder) == ["data-1", "blind", "journal", "django"]
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(before) == ["blind.key", "data-1.key", "django.key", "journal.key"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(set(before.values())) == 4
    assert create_keys(folder) == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missing_key_is_made_and_the_others_stay(home: Path) -> None:
    blind = (home / "keys" / "blind.key").read_text()
    (home / "keys" / "journal.key").unlink()
    with pytest.raises(Refused) as refused:
        keyring(home)
    assert (refused.value.code, refused.value.params["names"]) == ("secrets.keys_missing", "journal")
    assert create_keys(home / "keys") == ["journal"]
    assert (home / "keys" / "blind.key").read_text() == blind


def test_an_older_home_does_not_get_a_first_data_key_again(home: Path) -> None:
    rotate(home / "keys")
    (home / "keys" / "data-1.key").unlink()
    assert create_keys(home / "keys") == []


def test_missing_and_damaged_keys_explain_themselves(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="guanxi init"):
        keyring(tmp_path / "nowhere")
    (home / "keys" / "blind.key").write_text("abc\n")
    with pytest.raises(Refused, match="damaged") as refused:
        keyring(home)
    assert refused.value.params == {"name": "blind.key"}


def test_home_is_the_argument_then_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_HOME", str(home))
    assert keyring() is keyring(home)
    assert keyring().place == home / "keys"


def test_keys_may_come_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{path.stem}={path.read_text().strip()}" for path in (home / "keys").iterdir()]
    box = keyring(home).encrypt("110101199003071233", **PLACE)
    monkeypatch.setenv("GUANXI_KEYS", " ".join(keys))
    assert keyring("/nowhere").decrypt_text(box, **PLACE) == "110101199003071233"
    with pytest.raises(Refused) as refused:
        rotate(home / "keys")
    assert refused.value.code == "secrets.keys_in_environment"
    monkeypatch.setenv("GUANXI_KEYS", keys[0])
    with pytest.raises(Refused, match="GUANXI_KEYS"):
        keyring()


@given(st.binary(max_size=300), st.text(max_size=20), st.integers(0, 2**63))
def test_what_is_encrypted_is_read_back_in_its_place_only(plain: bytes, column: str, row: int) -> None:
    box = FIXED.encrypt(plain, table="t", column=f"c{column}", row=row)
    assert FIXED.decrypt(box, table="t", column=f"c{column}", row=row) == plain
    assert FIXED.decrypt(memoryview(box), table="t", column=f"c{column}", row=row) == plain
    for other in ({"table": "u"}, {"column": f"d{column}"}, {"row": row + 1}):
        with pytest.raises(Refused):
            FIXED.decrypt(box, **({"table": "t", "column": f"c{column}", "row": row} | other))  # type: ignore[arg-type]


@given(st.integers(0), st.integers(1, 255))
def test_any_altered_byte_is_noticed(position: int, change: int) -> None:
    box = bytearray(FIXED.encrypt("secret", **PLACE))
    box[position % len(box)] ^= change
    with pytest.raises(Refused) as refused:
        FIXED.decrypt(bytes(box), **PLACE)
    assert refused.value.code == "secrets.not_opened"


@given(st.binary(max_size=60))
def test_foreign_bytes_are_refused(box: bytes) -> None:
    with pytest.raises(Refused):
        FIXED.decrypt(box, **PLACE)


def test_the_same_plain_text_never_looks_the_same() -> None:
    boxes = {FIXED.encrypt("same", **PLACE) for _ in range(200)}
    assert len(boxes) == 200
    assert not any(b"same" in box for box in boxes)
    assert {len(box) for box in boxes} == {3 + 12 + 4 + 16}


def test_rotation_keeps_old_values_readable(home: Path) -> None:
    old = keyring(home)
    before = old.encrypt("before", **PLACE)
    new = rotate(home / "keys")
    after = new.encrypt("after", **PLACE)
    assert (old.current, new.current, new.data_keys) == (1, 2, [1, 2])
    assert (key_number(before), key_number(after)) == (1, 2)
    assert (new.is_current(before), new.is_current(after)) == (False, True)
    assert new.decrypt_text(before, **PLACE) == "before"
    assert keyring(home) is new
    assert old.decrypt_text(after, **PLACE) == "after"  # a process that started before the rotation
    assert rotate(home / "keys").current == 3


def test_rotation_leaves_blind_journal_and_django_keys(home: Path) -> None:
    old = keyring(home)
    new = rotate(home / "keys")
    assert new.blind_digest("phone", "+8613800138000") == old.blind_digest("phone", "+8613800138000")
    assert (new.journal_key, new.django_secret_key) == (old.journal_key, old.django_secret_key)
    assert len(new.django_secret_key) == 64


def test_a_value_of_a_lost_key_says_which(home: Path) -> None:
    box = rotate(home / "keys").encrypt("x", **PLACE)
    (home / "keys" / "data-2.key").unlink()
    secrets._from_folder.cache_clear()
    with pytest.raises(Refused, match="key 2"):
        keyring(home).decrypt(box, **PLACE)


def test_blind_index_is_the_beginning_of_the_digest() -> None:
    digest = FIXED.blind_digest("phone", "+8613800138000")
    assert len(digest) == 32
    assert (
        FIXED.blind_index("phone", "+8613800138000")
        == int.from_bytes(digest[:8], "big", signed=True)
        == -6250933514427487753
    )
    assert FIXED.blind_index("email", "+8613800138000") != -6250933514427487753
    assert FIXED.blind_index("phone", "+8613800138001") != -6250933514427487753


@given(st.text(max_size=30), st.text(max_size=30))
def test_blind_indexes_fit_a_bigint_and_tell_kinds_apart(kind: str, form: str) -> None:
    index = FIXED.blind_index("k" + kind.replace("\0", ""), form)
    assert -(2**63) <= index < 2**63
    assert FIXED.blind_digest("ab", "c" + form) != FIXED.blind_digest("a", "bc" + form)


def test_other_keys_give_other_indexes() -> None:
    other = KeyRing({"data-1": bytes(32), "blind": b"x" * 32, "journal": b"j" * 32, "django": b"d" * 32}, None)
    assert other.blind_index("phone", "+8613800138000") != FIXED.blind_index("phone", "+8613800138000")


def test_a_key_of_its_own_seals_and_opens() -> None:
    key = new_key()
    box = seal(key, b"payload", about="journal:customer:2un7dmgmjse2")
    assert unseal(key, box, about="journal:customer:2un7dmgmjse2") == b"payload"
    for wrong_key, wrong_box, about in (
        (new_key(), box, "journal:customer:2un7dmgmjse2"),
        (key, box, "journal:customer:7d2qke4f2fp4"),
        (key, box[:-1], "journal:customer:2un7dmgmjse2"),
        (key, b"", "journal:customer:2un7dmgmjse2"),
    ):
        with pytest.raises(Refused):
            unseal(wrong_key, wrong_box, about=about)


def test_keys_open_to_others_are_named(home: Path) -> None:
    assert open_to_others(home / "keys") == []
    (home / "keys" / "blind.key").chmod(0o640)
    assert open_to_others(home / "keys") == [home / "keys" / "blind.key"]
