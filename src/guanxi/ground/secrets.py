"""Keys, encrypted fields and blind indexes.

Keys stand in `GUANXI_HOME/keys`, one file each, mode 0600, or in GUANXI_KEYS ("data-1=<hex> blind=<hex> …"):

    data-1.key data-2.key …   AES-256 keys of fields; the highest number encrypts, older ones still read
    blind.key                 keyed hashes by which sensitive identifiers are found; never rotated (every index would change)
    journal.key               keyed hashes of the journal's rows
    django.key                Django's SECRET_KEY

A ciphertext is: format byte 1 · key number (2 bytes) · nonce (12) · AES-GCM text and tag. Its associated data are the
three bytes in front and table, column and row, so a value copied to another row or column does not open.
"""

import os
import secrets
import tempfile
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guanxi.ground.refusals import Refused, gettext_noop

KEY_BYTES = 32
NONCE_BYTES = 12
ENVIRONMENT = "GUANXI_KEYS"
HOME = "GUANXI_HOME"
_FORMAT = 1
_HEAD = 3
_SINGLE = ("blind", "journal", "django")

_NO_KEYS = gettext_noop(
    "The key {names} is missing in {place}. Run “guanxi init”, or put back the keys kept with your backup."
)
_NOT_OPENED = gettext_noop(
    "An encrypted value cannot be opened: it was altered, moved from another row, or its key {key} is missing."
)


class KeyRing:
    """The keys of one installation. Make it with keyring(); threads may share it."""

    def __init__(self, keys: dict[str, bytes], place: Path | None) -> None:
        """keys: name ("data-1", "blind", …) to 32 bytes. place: their folder, or None when they came from the environment."""
        missing = [name for name in _SINGLE if name not in keys]
        numbers = [int(name[5:]) for name in keys if name.startswith("data-")]
        if missing or not numbers:
            names = ", ".join(missing or ["data-1"])
            raise Refused("secrets.keys_missing", _NO_KEYS, names=names, place=str(place or ENVIRONMENT))
        self.place = place
        self.current = max(numbers)
        self.journal_key = keys["journal"]
        self._django = keys["django"]
        self._blind = blake2b(
            digest_size=32, key=keys["blind"]
        )  # copied for each value: a fifth cheaper than keyed anew
        self._data = {number: AESGCM(keys[f"data-{number}"]) for number in numbers}
        self._head = _head_of(self.current)
        self._encrypt = self._data[self.current].encrypt

    @property
    def django_secret_key(self) -> str:
        """Django's SECRET_KEY as text."""
        return self._django.hex()

    @property
    def data_keys(self) -> list[int]:
        """Numbers of the data keys that can be read, oldest first."""
        return sorted(self._data)

    def encrypt(self, plain: bytes | str, *, table: str, column: str, row: int | str) -> bytes:
        """Return the ciphertext of a field under the current key, bound to table, column and row (its key or code)."""
        head = self._head
        nonce = os.urandom(NONCE_BYTES)
        data = plain.encode() if isinstance(plain, str) else plain
        return head + nonce + self._encrypt(nonce, data, b"%b%b" % (head, f"{table}\0{column}\0{row}".encode()))

    def decrypt(self, box: bytes, *, table: str, column: str, row: int | str) -> bytes:
        """Return the plain bytes of a field. Raises Refused when altered, moved, or its key is not here."""
        box = bytes(box)  # a memoryview from PostgreSQL or SQLite
        number = key_number(box)
        place = f"{table}\0{column}\0{row}".encode()
        try:
            return self._key(number).decrypt(
                box[_HEAD : _HEAD + NONCE_BYTES], box[_HEAD + NONCE_BYTES :], box[:_HEAD] + place
            )
        except (InvalidTag, KeyError, ValueError) as error:
            raise Refused("secrets.not_opened", _NOT_OPENED, key=number) from error

    def decrypt_text(self, box: bytes, *, table: str, column: str, row: int | str) -> str:
        """Return the plain text of a field; see decrypt."""
        return self.decrypt(box, table=table, column=column, row=row).decode()

    def is_current(self, box: bytes) -> bool:
        """Return whether a ciphertext was made with the current key (others are re-encrypted by `guanxi rekey`)."""
        return bytes(box[:_HEAD]) == self._head

    def blind_digest(self, kind: str, normal_form: str) -> bytes:
        """Return 32 bytes of keyed blake2b over kind and normal form: equal only for equal identifiers."""
        state = self._blind.copy()
        state.update(f"{kind}\0{normal_form}".encode())
        return state.digest()

    def blind_index(self, kind: str, normal_form: str) -> int:
        """Return the first 8 bytes of blind_digest as a signed 64-bit integer: narrow key for BIGINT, may rarely collide."""
        state = self._blind.copy()
        state.update(f"{kind}\0{normal_form}".encode())
        return int.from_bytes(state.digest()[:8], "big", signed=True)

    def _key(self, number: int) -> AESGCM:
        if number not in self._data and self.place is not None:  # another process has rotated meanwhile
            self._data = {n: AESGCM(key) for n, key in _data_keys(_read_folder(self.place)).items()} | self._data
        return self._data[number]


def keyring(home: str | Path | None = None) -> KeyRing:
    """Return the key ring of GUANXI_KEYS, else of `home`/keys (default: GUANXI_HOME, then ./var). Cached per place.

    Raises Refused with the way out when keys are missing or malformed.
    """
    given = os.environ.get(ENVIRONMENT)
    if given:
        return _from_environment(given)
    return _from_folder(key_folder(home))


def key_folder(home: str | Path | None = None) -> Path:
    """Return where the key files of a home stand."""
    return Path(home or os.environ.get(HOME) or "var").absolute() / "keys"


def create_keys(folder: str | Path) -> list[str]:
    """Make the keys a folder lacks (0700, files 0600) and return their names; an existing file is never touched."""
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = ["data-1", *_SINGLE]
    if any(folder.glob("data-*.key")):
        wanted.remove("data-1")
    created = [name for name in wanted if _write_key(folder / f"{name}.key")]
    _from_folder.cache_clear()
    return created


def rotate(folder: str | Path) -> KeyRing:
    """Add a new current data key to a folder and return its ring; older keys stay for reading.

    Running processes take up the new key when they start again, and read values made with it at once.
    """
    folder = Path(folder).absolute()
    if os.environ.get(ENVIRONMENT):
        words = gettext_noop("The keys come from {variable}; add a new data key there by hand.")
        raise Refused("secrets.keys_in_environment", words, variable=ENVIRONMENT)
    number = _from_folder(folder).current + 1
    while not _write_key(folder / f"data-{number}.key"):
        number += 1
    _from_folder.cache_clear()
    return _from_folder(folder)


def open_to_others(folder: str | Path) -> list[Path]:
    """Return key files that other users of this machine can read (for `guanxi doctor`)."""
    return sorted(path for path in Path(folder).glob("*.key") if path.stat().st_mode & 0o077)


def key_number(box: bytes) -> int:
    """Return the number of the data key inside a ciphertext; Refused when the bytes are no ciphertext of ours."""
    if len(box) < _HEAD + NONCE_BYTES + 16 or box[0] != _FORMAT:
        raise Refused("secrets.not_opened", _NOT_OPENED, key="?")
    return int.from_bytes(box[1:_HEAD], "big")


def new_key() -> bytes:
    """Return 32 random bytes: a key of its own, as for the journal payloads of one customer."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, *, about: str) -> bytes:
    """Return nonce + AES-GCM text of `plain` under a key of its own, bound to what it is about."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, box: bytes, *, about: str) -> bytes:
    """Return what seal() closed. Raises Refused when altered, moved or of another key."""
    box = bytes(box)
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Refused("secrets.not_opened", _NOT_OPENED, key="") from error


@lru_cache(maxsize=8)
def _from_folder(folder: Path) -> KeyRing:
    return KeyRing(_read_folder(folder), folder)


@lru_cache(maxsize=8)
def _from_environment(given: str) -> KeyRing:
    return KeyRing(
        {name: _key_of(name, text) for name, _, text in (part.partition("=") for part in given.split())}, None
    )


def _read_folder(folder: Path) -> dict[str, bytes]:
    return {path.stem: _key_of(path.name, path.read_text("ascii").strip()) for path in sorted(folder.glob("*.key"))}


def _key_of(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
        if len(key) != KEY_BYTES or (name.startswith("data-") and not name[5:].removesuffix(".key").isdecimal()):
            raise ValueError
    except ValueError:
        raise Refused(
            "secrets.key_malformed",
            gettext_noop("The key {name} is damaged: 64 hexadecimal digits are expected."),
            name=name,
        ) from None
    return key


def _data_keys(keys: dict[str, bytes]) -> dict[int, bytes]:
    return {int(name[5:]): key for name, key in keys.items() if name.startswith("data-")}


def _head_of(number: int) -> bytes:
    return bytes([_FORMAT]) + number.to_bytes(2, "big")


def _write_key(path: Path) -> bool:
    """Write a new key whole or not at all; False when the file exists (link never replaces)."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        return False
    finally:
        Path(aside).unlink()
    return True
