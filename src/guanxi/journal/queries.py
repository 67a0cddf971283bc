"""Reads of the journal. Who may read what is asked by the callers: the journal stands below identity."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring, unseal
from guanxi.journal.models import Act, ActPayload, Seal, SubjectKey
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.wording import words_of

MOST = 500  # of one page


@dataclass(frozen=True)
class ActLine:
    """One act to show. `payload` is None where there is none or it was erased; `words` are in the active language."""

    id: int
    at: datetime
    kind: str
    by: Actor
    noun: Noun
    count: int
    payload: dict[str, Any] | None

    @property
    def words(self) -> str:
        """What happened, in one sentence without its subject."""
        return words_of(self.kind, self.payload or {}, count=self.count)


def acts_of(noun: Noun, *, kinds: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[ActLine]:
    """What was done to one noun, newest first; `before` is the id of the last act of the page above."""
    acts = Act.objects.filter(noun_kind=noun.kind, noun_code=noun.code)
    return _page(acts, kinds=kinds, before=before, limit=limit)


def acts_about(subject: str, *, kinds: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[ActLine]:
    """Acts whose payload concerns one customer, whatever noun they were done to: the customer's right to know."""
    return _page(Act.objects.filter(subject=subject), kinds=kinds, before=before, limit=limit)


def acts_on_many(
    noun: Noun, codes: Sequence[str], *, kinds: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> list[ActLine]:
    """What was done to several nouns of one kind, by their codes, newest first; `noun` says the kind."""
    if not codes:
        return []
    acts = Act.objects.filter(noun_kind=noun.kind, noun_code__in=list(codes))
    return _page(acts, kinds=kinds, before=before, limit=limit)


def acts_by(actor: Actor, *, kinds: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[ActLine]:
    """What one principal did, newest first."""
    acts = Act.objects.filter(by_kind=actor.kind, by_code=actor.code)
    return _page(acts, kinds=kinds, before=before, limit=limit)


def latest_acts(*, kinds: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[ActLine]:
    """What happened lately in the whole firm, of some kinds (such as wording.ACCESS) or of all."""
    return _page(Act.objects.all(), kinds=kinds, before=before, limit=limit)


def acts_since(
    since: datetime, *, kinds: Sequence[str], count_above: int | None = None, limit: int = 50
) -> list[ActLine]:
    """What happened in the whole firm since a moment, of some kinds, newest first; `count_above`: to more things than that."""
    acts = Act.objects.filter(at__gte=since)
    return _page(
        acts if count_above is None else acts.filter(count__gt=count_above), kinds=kinds, before=None, limit=limit
    )


def journal_head() -> str:
    """The hash of the last seal as hex, '' when nothing is sealed yet: noted elsewhere, it proves that no tail was cut."""
    last = Seal.objects.order_by("-pk").first()
    return bytes(last.hash).hex() if last else ""


def _page(acts: QuerySet[Act], *, kinds: Sequence[str], before: int | None, limit: int) -> list[ActLine]:
    if kinds:
        acts = acts.filter(kind__in=list(kinds))
    if before is not None:
        acts = acts.filter(pk__lt=before)
    rows = list(acts.order_by("-pk")[: max(0, min(limit, MOST))])
    payloads = _opened(rows)
    return [
        ActLine(
            id=act.pk,
            at=act.at,
            kind=act.kind,
            by=Actor(act.by_kind, act.by_code),
            noun=Noun(act.noun_kind, act.noun_code),
            count=act.count,
            payload=payloads.get(act.pk),
        )
        for act in rows
    ]


def _opened(acts: Sequence[Act]) -> dict[int, dict[str, Any]]:
    """The payloads of acts that can still be read, by the act's id: two queries."""
    boxes = ActPayload.objects.in_bulk([act.pk for act in acts if act.payload_digest])
    ring = keyring()
    keys = {
        row.subject: ring.decrypt(bytes(row.cipher), table="journal_subjectkey", column="cipher", row=row.subject)
        for row in SubjectKey.objects.filter(subject__in={act.subject for act in acts if act.pk in boxes})
    }
    opened = {}
    for act in acts:
        if act.pk in boxes and act.subject in keys:
            try:
                about = f"journal:{bytes(act.row_hash).hex()}"
                opened[act.pk] = json.loads(unseal(keys[act.subject], bytes(boxes[act.pk].cipher), about=about))
            except Refused:  # altered: `guanxi doctor` names it; a page still shows the rest
                continue
    return opened
