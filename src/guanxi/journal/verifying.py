"""Verifying the chain: every act, payload and seal is recomputed; the first that does not fit is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Max, QuerySet

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import keyring, unseal
from guanxi.journal.models import Act, ActPayload, Seal, SubjectKey
from guanxi.journal.rules import ERASED, GENESIS, Root, act_hash, payload_digest, seal_hash

_CHUNK = 1000

_WORDS = {
    "act.changed": gettext_noop("Act {act} was changed, or written by somebody without the journal's key."),
    "act.added": gettext_noop("Act {act} was put in behind the seals: no block covers it."),
    "payload.added": gettext_noop("Act {act} had no payload when it was written, and has one now."),
    "payload.removed": gettext_noop("The payload of act {act} is gone, and no erasure explains it."),
    "payload.changed": gettext_noop("The payload of act {act} was changed."),
    "payload.locked": gettext_noop(
        "The payload of act {act} cannot be opened: its key is gone, and no erasure explains it."
    ),
    "payload.stray": gettext_noop("There is a payload for act {act}, and no such act."),
    "block.removed": gettext_noop("Block {seal} (acts {first} to {last}) has lost {number} of its acts."),
    "block.added": gettext_noop("Block {seal} (acts {first} to {last}) has {number} acts too many."),
    "block.changed": gettext_noop(
        "Block {seal} (acts {first} to {last}): the id or transaction of an act was changed."
    ),
    "seal.changed": gettext_noop("Seal {seal} was changed."),
    "seal.unchained": gettext_noop("Seal {seal} does not follow the one before it: a seal was removed or put in."),
}


@dataclass(frozen=True)
class Break:
    """The first place where the journal is not what was sealed. `code` is a key of the words."""

    code: str
    words: str
    params: dict[str, int]

    def __str__(self) -> str:
        return self.words.format_map(self.params)


@dataclass(frozen=True)
class Verdict:
    """`head` is the hash of the last seal as hex: noted elsewhere, it also proves that no tail was cut off."""

    acts: int
    waiting: int
    seals: int
    erased: int
    head: str
    broken: Break | None = None


class _Broken(Exception):
    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.found = Break(code, _WORDS[code], params)


def verify() -> Verdict:
    """Recompute the whole chain and name the first break. Reads only; about 20 seconds for a million acts.

    Acts not sealed yet are checked by their own keyed hash. Not found are: what somebody wrote who holds the journal's
    key, acts removed or repeated before they were sealed, and a tail cut off with its seals (compare `head`).
    """
    walk = _Walk()
    try:
        walk.run()
    except _Broken as broken:
        return walk.verdict(broken.found)
    return walk.verdict(None)


class _Walk:
    """One pass over seals and acts, side by side, in the order in which they were sealed."""

    def __init__(self) -> None:
        self.key = keyring().journal_key
        self.acts = self.waiting = self.seals = self.erased = 0
        self.previous = GENESIS
        self.erasures = dict(_last_erasures())
        self.subject_keys: dict[str, bytes | None] = {}

    def verdict(self, broken: Break | None) -> Verdict:
        return Verdict(self.acts, self.waiting, self.seals, self.erased, self.previous.hex(), broken)

    def run(self) -> None:
        epochs = list(Seal.objects.values_list("epoch", flat=True).distinct().order_by("epoch")) or [1]
        starts = [self._id_before(epoch) for epoch in epochs]
        for epoch, after, until in zip(epochs, starts, [*starts[1:], None], strict=True):
            self._walk_epoch(epoch, after, until)
        stray = ActPayload.objects.exclude(act_id__in=Act.objects.values("pk")).order_by("pk").first()
        if stray:
            raise _Broken("payload.stray", act=stray.pk)

    @staticmethod
    def _id_before(epoch: int) -> int:
        opening = Seal.objects.filter(epoch=epoch, count=0).order_by("pk").first()
        return opening.id_to if opening else 0

    def _walk_epoch(self, epoch: int, after: int, until: int | None) -> None:
        """Compare the blocks of one epoch with its acts: those with ids above `after` and up to `until`."""
        seals = Seal.objects.filter(epoch=epoch).order_by("pk").iterator(chunk_size=_CHUNK)
        seal = next(seals, None)
        by_tx = seal.by_tx if seal else True
        root = Root(self.key)
        for act in self._checked_acts(by_tx=by_tx, after=after, until=until):
            position = act.tx if by_tx else act.pk
            while seal and position >= seal.mark_to:
                self._close(seal, root)
                seal, root = next(seals, None), Root(self.key)
            if seal and position >= seal.mark_from:
                root.add(act.pk, act.tx, bytes(act.row_hash))
            elif seal or until is not None:
                if seal:  # rather say that a seal is missing than accuse its acts
                    self._check_chain(seal)
                raise _Broken("act.added", act=act.pk)
            else:
                self.waiting += 1
        while seal:
            self._close(seal, root)
            seal, root = next(seals, None), Root(self.key)

    def _close(self, seal: Seal, root: Root) -> None:
        self._check_chain(seal)
        where = {"seal": seal.pk, "first": seal.id_from, "last": seal.id_to}
        if root.count != seal.count:
            code = "block.removed" if root.count < seal.count else "block.added"
            raise _Broken(code, **where, number=abs(seal.count - root.count))
        if root.digest() != bytes(seal.root):
            raise _Broken("block.changed", **where)
        self.previous = bytes(seal.hash)
        self.seals += 1

    def _check_chain(self, seal: Seal) -> None:
        if bytes(seal.previous) != self.previous:
            raise _Broken("seal.unchained", seal=seal.pk)
        if seal_hash(seal, self.key) != bytes(seal.hash):
            raise _Broken("seal.changed", seal=seal.pk)

    def _checked_acts(self, *, by_tx: bool, after: int, until: int | None) -> Iterator[Act]:
        acts = Act.objects.order_by(*(("tx", "pk") if by_tx else ("pk",)))
        if after:
            acts = acts.filter(pk__gt=after)
        if until is not None:
            acts = acts.filter(pk__lte=until)
        rows = acts.iterator(chunk_size=_CHUNK)
        while chunk := list(islice(rows, _CHUNK)):
            payloads = ActPayload.objects.in_bulk([act.pk for act in chunk])
            self._load_keys({act.subject for act in chunk})
            for act in chunk:
                if act_hash(act, self.key) != bytes(act.row_hash):
                    raise _Broken("act.changed", act=act.pk)
                self._check_payload(act, payloads.get(act.pk))
                self.acts += 1
                yield act

    def _check_payload(self, act: Act, payload: ActPayload | None) -> None:
        if not act.payload_digest:
            if payload:
                raise _Broken("payload.added", act=act.pk)
            return
        if payload is None:
            if not self._is_erased(act):
                raise _Broken("payload.removed", act=act.pk)
            self.erased += 1
            return
        key = self.subject_keys[act.subject]
        if key is None:
            if not self._is_erased(act):
                raise _Broken("payload.locked", act=act.pk)
            self.erased += 1  # erased while this walk was under way
            return
        try:
            body = unseal(key, bytes(payload.cipher), about=f"journal:{bytes(act.row_hash).hex()}")
        except Refused:
            raise _Broken("payload.changed", act=act.pk) from None
        if payload_digest(bytes(payload.salt), body) != bytes(act.payload_digest):
            raise _Broken("payload.changed", act=act.pk)

    def _is_erased(self, act: Act) -> bool:
        """True when an act of erasure, later than this one, explains that the payload is gone."""
        if self.erasures.get(act.subject, 0) < act.pk:  # perhaps a moment ago
            self.erasures |= dict(_last_erasures().filter(noun_code=act.subject))
        return self.erasures.get(act.subject, 0) > act.pk

    def _load_keys(self, subjects: set[str]) -> None:
        if len(self.subject_keys) > 100 * _CHUNK:  # bounded memory, whatever the number of customers
            self.subject_keys.clear()
        missing = subjects - self.subject_keys.keys()
        self.subject_keys |= dict.fromkeys(missing)
        ring = keyring()
        for row in SubjectKey.objects.filter(subject__in=missing):
            try:
                plain = ring.decrypt(bytes(row.cipher), table="journal_subjectkey", column="cipher", row=row.subject)
            except Refused:
                continue
            self.subject_keys[row.subject] = plain


def _last_erasures() -> QuerySet[Act, tuple[str, int]]:
    """Subject and id of its last act of erasure."""
    return Act.objects.filter(kind=ERASED).values("noun_code").annotate(last=Max("pk")).values_list("noun_code", "last")
