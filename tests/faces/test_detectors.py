"""The page of detectors: how their alarms did in the back-test, who looked, and whether they reach people."""

import pytest

from guanxi.ground.jobs.models import Job
from guanxi.identity.models import Firm
from guanxi.identity.queries import firm
from guanxi.insight.thresholds import change_threshold
from guanxi.insight.trials import kinds_on_trial, trial_of
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Edition
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM
from tests.faces.test_insight import count_parts
from tests.trusting import TOLD, trust_detectors

pytestmark = pytest.mark.django_db
PAGE = "/insight/detectors/"


def card_of(client, kind="inactivity"):
    [card] = [card for card in client.get(PAGE).context["cards"] if card.kind == kind]
    return card


def test_figures_and_who_looked_stand_on_the_page(scene, looking):
    count_parts(scene)
    edition = Edition.objects.get()
    edition.facts["on_trial"] = {"spend_drop": {"alarm": 3, "watch": 4}}
    edition.save()
    trust_detectors(["inactivity"], by=scene.person("chen"))
    client = looking(scene, "chen", language="en")
    card = card_of(client)
    assert (card.tag, card.is_on_trial) == ("reaches people", False)
    assert [(row.state, row.per_1000, row.judged, row.share, row.delay, row.ninth) for row in card.rows] == [
        ("watch", "30.1", "100", "5%", "31 days", "62 days"),
        ("alarm", "8.1", "30", "30%", "40 days", "72 days"),
        ("alarm within the month, tier A", "9.3", "3", "67%", "24 days", "28 days"),
    ]
    assert card.means[-1].startswith("Within the month means: stated of tier A")
    assert "12 months" in card.sample
    assert card.lacking == [TOLD["missing"][0]]
    assert card.defended.startswith("Of 380 customers judged in the newest month a list of 12 can be defended")
    house = Firm.objects.get()
    del house.backtests["inactivity"]["run"]["defended"]  # kept before it was reckoned
    house.save()
    assert card_of(client).defended == ""
    other = card_of(client, "spend_drop")
    assert (other.rows, other.may_trust, other.is_on_trial) == ([], False, True)
    assert "alarm 3" in other.looked
    words = words_of(client.get("/insight/"))
    assert "On trial: 7 signals were found and reach nobody" in words


def test_a_leader_has_it_run_looks_at_it_and_takes_it_back(scene, looking):
    client = looking(scene, "chen", language="en")
    assert client.post(f"{PAGE}inactivity/trust/").status_code == 302  # nothing to look at yet
    assert "inactivity" in kinds_on_trial(firm())
    assert client.post(f"{PAGE}inactivity/backtest/").url == f"{PAGE}#inactivity"
    job = Job.objects.get(name="backtest")
    assert job.arguments == {"kind": "inactivity", "staff": scene.staff["chen"].code}
    assert card_of(client).is_running
    trust_detectors(["inactivity"])
    client.post(f"{PAGE}inactivity/trial/")
    assert trial_of("inactivity", firm()).mark is None
    client.post(f"{PAGE}inactivity/trust/")
    client.post(f"{PAGE}inactivity/trust/")
    assert trial_of("inactivity", firm()).mark["by"] == scene.staff["chen"].code
    assert scene.staff["chen"].name in card_of(client).looked
    change_threshold("inactivity.lapse_days", "200", by=SYSTEM)
    card = card_of(client)
    assert (card.tag, card.may_trust) == ("on trial: thresholds were changed", False)


def test_who_may_not_judge_reads_and_changes_nothing(scene, looking):
    trust_detectors(["inactivity"])
    before = firm().backtests
    client = looking(scene, "lin", language="en")
    assert not card_of(client).may_judge
    for what in ("backtest", "trust", "trial"):
        assert client.post(f"{PAGE}inactivity/{what}/").status_code in (403, 404)
        assert looking(scene, "chen", language="en").post(f"{PAGE}weather/{what}/").status_code == 404
    assert firm().backtests == before
    assert not Job.objects.filter(name="backtest").exists()


def test_what_people_judged_stands_beside_it(scene, looking):
    ids = list(Signal.objects.filter(kind="inactivity").values_list("pk", flat=True))
    assert "Nobody has said" in card_of(looking(scene, "lin", language="en"), "credit_downshift").live
    Signal.objects.filter(pk=ids[0]).update(judgement=Judgement.TRUE)
    assert "1" in card_of(looking(scene, "chen", language="en")).live
