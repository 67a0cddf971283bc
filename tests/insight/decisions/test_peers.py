"""RET-04: a loyal peer gets on request what those get who waver, and nobody else does; what was given counts in the parity."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.insight.decisions.offers.peers import benefits_for, give_on_request
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.services import undo_answer
from guanxi.record.signals.services import raise_signals
from guanxi.record.suppressions.services import suppress
from tests.insight.decisions import test_parity
from tests.insight.decisions.test_parity import FALLS, KNOWN, TODAY, accepted, night, report, to_stay
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db
MORE = pa.schema([*KNOWN, ("opt_out", pa.float64()), ("margin_rate", pa.float64()), ("closed", pa.list_(pa.string()))])
WORDS = "听说别人可以免年费"
_MOMENTS = count()


def moment() -> dt.datetime:
    """Another each time: compiled offers are kept in the process by what is published when."""
    return dt.datetime(2026, 8, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=next(_MOMENTS))


@pytest.fixture(autouse=True)
def scene(settings, tmp_path):
    settings.GUANXI_HOME = tmp_path
    with frozen(dt.datetime.combine(TODAY, dt.time(4), dt.UTC)):
        yield build_scene()


def person(customer, *args, **fields: object) -> dict[str, object]:
    return test_parity.person(*args, customer_id=customer.pk, opt_out=0.0, margin_rate=0.1, **({"closed": []} | fields))


def published(scene, **fields: object) -> str:
    """The waiver for tiers A and B whose spending fell, approved by another and published."""
    code = to_stay()
    Offer.objects.update(
        status=OfferStatus.PUBLISHED, approved_by=scene.staff["gao"], published_at=moment(),
        valid_from=TODAY, valid_to=TODAY, **fields,
    )  # fmt: skip
    return code


@contextmanager
def refusing(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def written() -> tuple[int, int, int]:
    return Action.objects.count(), OfferAnswer.objects.count(), Act.objects.count()


def test_who_asks_gets_it_in_his_words_and_the_ratio_says_so(scene):
    code, lin = published(scene), scene.person("lin")
    alarmed = [scene.customer(f"告警{number}") for number in range(2)]
    peers = [scene.customer(f"忠诚{number}") for number in range(4)]
    night([*(person(one, signals=FALLS) for one in alarmed), *(person(one) for one in peers)], schema=MORE)
    accepted([alarmed[0].pk], origin="spend_drop")
    assert report(code).ratio == 0.0
    given = [give_on_request(one.pk, code, words=WORDS, by=lin) for one in peers[:2]]
    assert report(code).ratio == pytest.approx(1.0)  # two of four, as one of two
    last = give_on_request(peers[2].pk, code, words=WORDS, by=lin)
    assert report(code).ratio == pytest.approx(1.5)
    action = Action.objects.get(code=given[0])
    assert (action.answer, action.offer, action.answered_by_id, action.status) == (
        WORDS, "keep_card", lin.staff_id, ActionStatus.DONE,
    )  # fmt: skip
    assert Act.objects.filter(kind="action.given", noun_code=given[0]).count() == 1
    with refusing("actions.benefit_given"):
        give_on_request(peers[2].pk, code, words=WORDS, by=lin)
    undo_answer(last, by=lin)
    assert report(code).ratio == pytest.approx(1.0)
    assert Action.objects.get(code=last).status == ActionStatus.WITHDRAWN
    assert (
        give_on_request(peers[2].pk, code, words=WORDS, by=scene.person("gao")) == last
    )  # the leader of the team may, too
    assert report(code).ratio == pytest.approx(1.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"signals": FALLS},
        {"tier": "A"},  # nobody of tier A has an alarm
        {"tier": "C"},
        {"is_deal_driven": True},
        {"stage": "prospect"},
        {"state": "lapsed"},
        {"signals": ["inactivity", "inactivity:watch"]},
        None,  # the run did not know him
    ],
)
def test_who_is_no_peer_is_refused_and_nothing_is_written(scene, fields):
    code, lin = published(scene), scene.person("lin")
    other, asks = scene.customer("告警"), scene.customer("不符")
    night([person(other, signals=FALLS), *([] if fields is None else [person(asks, **fields)])], schema=MORE)
    if fields and "signals" in fields:
        kind, state = fields["signals"][1].split(":")
        raise_signals([signal_row(asks.pk, kind=kind, state=state)], by=SYSTEM, as_of=TODAY)
    before = written()
    with refusing("benefit.no_peer"):
        give_on_request(asks.pk, code, words=WORDS, by=lin)
    assert written() == before


def test_nothing_is_given_to_whose_credit_is_reviewed_or_who_is_looked_into(scene):
    code, lin = published(scene), scene.person("lin")
    asks, reviewed = scene.customer("忠诚"), scene.customer("审查")
    night([person(asks), person(reviewed, closed=["credit_review_open|"])], schema=MORE)
    suppress(asks.pk, cause="hardship", why="x", by=SYSTEM)
    assert [one.offer.code for one in benefits_for(asks.pk, on=TODAY)] == [code]
    suppress(asks.pk, cause="fraud", why="x", by=SYSTEM)
    before = written()
    for one in (asks, reviewed):
        with refusing("benefit.no_peer"):
            give_on_request(one.pk, code, words=WORDS, by=lin)
    assert written() == before


def test_what_today_says_counts_and_whose_customer_it_is_and_what_is_left(scene):
    code, lin = published(scene), scene.person("lin")
    other, asks = scene.customer("告警"), scene.customer("忠诚")
    night([person(other, signals=FALLS), person(asks)], schema=MORE)
    assert [one.offer.code for one in benefits_for(asks.pk, on=TODAY)] == [code]
    before = written()
    for who in ("mo", "du"):  # a colleague of the same team, a reader
        with pytest.raises((Denied, Refused)):
            give_on_request(asks.pk, code, words=WORDS, by=scene.person(who))
    with refusing("actions.no_words"):
        give_on_request(asks.pk, code, words="  ", by=lin)
    with refusing("benefit.no_peer"):
        give_on_request(asks.pk, "2" * 12, words=WORDS, by=lin)
    Offer.objects.update(stock=0, published_at=moment())
    with refusing("benefit.none_left"):
        give_on_request(asks.pk, code, words=WORDS, by=lin)
    assert written() == before
    Offer.objects.update(stock=1, published_at=moment())
    with CaptureQueriesContext(connection) as told, refusing("actions.no_words"):
        give_on_request(asks.pk, code, words="  ", by=lin)
    # two at the same moment: what is left is counted once the other is done, and taken in the same transaction
    said = [one["sql"] for one in told]
    counted = max(place for place, sql in enumerate(said) if "COUNT" in sql and "actions_offeranswer" in sql)
    begun = max(place for place, sql in enumerate(said[:counted]) if sql.startswith("SAVEPOINT"))
    held = next(place for place, sql in enumerate(said) if "offers_offer" in sql and place > begun)
    assert held < counted and not [sql for sql in said[begun:counted] if sql.startswith("RELEASE")]
    assert connection.vendor == "sqlite" or "FOR UPDATE" in said[held]
    raise_signals([signal_row(asks.pk)], by=SYSTEM, as_of=TODAY)  # this morning
    with refusing("benefit.no_peer"):
        give_on_request(asks.pk, code, words=WORDS, by=lin)
