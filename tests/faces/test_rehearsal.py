"""Rehearsals at the desk: asked for on a form that keeps what was typed, shown side by side, doing nothing but that."""

import re
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import OfferStatus, Way
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.services import approve_offer, publish_offer, revise_offer, submit_offer, write_offer
from guanxi.engage.policy.queries import REHEARSAL
from guanxi.engage.policy.services import set_capacity, set_lever
from guanxi.engage.policy.variation import read_variation
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.journal.models import Act
from guanxi.record.actions.models import Action
from guanxi.record.catalogue.services import write_product
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Edition
from tests.engage.offers.sample import LOAN
from tests.faces.reading import words_of
from tests.insight.decisions.people import codes, compared, offer, person

pytestmark = pytest.mark.django_db
HOME = "/insight/rehearsal/"


@pytest.fixture
def people(scene, looking):
    """The marketer with an offer that is published, and others; the firm's rules are those of the product."""
    write_product("", {"reference": "P-2", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    zhao, chen = scene.person("zhao"), scene.person("chen")
    code = write_offer("", replace(LOAN, rules={}, stock="", regulatory_class="0"), by=zhao)
    submit_offer(code, by=zhao)
    approve_offer(code, by=chen)
    publish_offer(code, by=zhao)
    return {
        role: looking(scene, name, language="en")
        for role, name in (("marketer", "zhao"), ("leader", "chen"), ("manager", "lin"))
    }


def typed(client, **fields):
    """The form as it is shown, with some fields changed; ticks that are None are left out."""
    html = client.get(HOME).content.decode()
    shown = {}
    for tag in re.findall(r"<input[^>]*>", html.split('class="otherwise"')[1]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag:
            shown[name[1]] = value[1]
        elif "checked" in tag:
            shown[name[1]] = "on"
    return {name: value for name, value in (shown | fields).items() if value is not None}


def carried_out(result):
    Job.objects.filter(name=REHEARSAL).update(status=JobStatus.DONE, result=result)


def test_a_rehearsal_is_asked_for_waits_and_is_shown_side_by_side(people):
    before = Action.objects.count(), Signal.objects.count(), Act.objects.count()
    page = people["marketer"].post(HOME, typed(people["marketer"], line_calls="2"))
    assert page.status_code == 302
    waiting = people["marketer"].get(page["Location"])
    assert "The whole firm is being rehearsed" in words_of(waiting)
    assert "Marketing calls · within 30 days: 2" in words_of(waiting)
    loan = offer("decoration_loan", 3_000)
    few = [person(code, calls_30=place % 2) for place, code in enumerate(codes(5, "decoration_loan"))]
    carried_out(compared(few, [loan], read_variation({"lines": {"calls": "2"}})).as_json())
    words = words_of(people["marketer"].get(page["Location"]))
    assert "Set otherwise, 2 customers more would be contacted, and ¥35 more would come in." in words
    assert "Customers contacted 3 5 +2" in words
    assert "Reckoned to bring ¥53 ¥89 +¥35" in words
    assert "Decoration loan 3 → 5" in words
    assert "Called not long ago 2 0" in words
    assert "Tier B · active 5 3 5 2 0 0 +¥35" in words
    assert "No lever and no weight counts" in words
    assert (Action.objects.count(), Signal.objects.count(), Act.objects.count()) == (*before[:2], before[2] + 1)
    listed = words_of(people["leader"].get(HOME))
    assert "3 → 5 customers contacted" in listed
    published = Offer.objects.get()
    assert "3 customers would be contacted, 0 kept as controls." in words_of(
        people["leader"].get(f"/offers/{published.code}/")
    )


def test_the_firms_policy_alone_is_one_side(people):
    page = people["leader"].post(HOME, typed(people["leader"]))
    assert Job.objects.get(name=REHEARSAL).arguments["variation"] == {}
    carried_out(compared([person("P1")], [offer("decoration_loan", 10)]).as_json())
    words = words_of(people["leader"].get(page["Location"]))
    assert "0 of 1 customers would be contacted; that is reckoned to bring ¥0." in words
    assert "Costs more than it would bring 1" in words
    assert "Winners and losers" not in words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("line_calls", "-1", "“-1” does not fit: a number from 0 to 100"),
        ("way_call", "-3", "“-3” is no whole number"),
        ("way_sms", "many", "“many” is no whole number"),
        ("lever_decoration_loan", "0.5", "A lever lies between −0.3 and +0.3"),
        ("out_decoration_loan", None, "No offer is published that is weighed in money"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_everything_typed_stays(people, field, value, words):
    said = {"line_touches_week": "7"} | {field: value}
    answer = people["marketer"].post(HOME, typed(people["marketer"], **said))
    assert answer.status_code == 422
    assert words in words_of(answer)
    html = answer.content.decode()
    assert re.search(r'name="line_touches_week"\s+value="7"', html)
    if value:
        assert re.search(rf'name="{field}"\s+value="{value}"', html)
        assert html.index(f'name="{field}"') < html.index(words.split("”")[0].split("−")[0])
    assert not Job.objects.filter(name=REHEARSAL).exists()


def test_a_new_version_takes_part_as_if_published_and_what_lacks_something_says_why(people, scene):
    zhao = scene.person("zhao")
    revise_offer(Offer.objects.get().code, by=zhao)
    draft = Offer.objects.get(status=OfferStatus.DRAFT)
    shown = words_of(people["marketer"].get(f"/offers/{draft.code}/"))
    assert "It was not rehearsed yet." in shown
    form = people["marketer"].get(f"{HOME}?offer=decoration_loan").content.decode()
    assert re.search(r'name="in_decoration_loan"[^>]*checked', form)
    page = people["marketer"].post(HOME, typed(people["marketer"], in_decoration_loan="on"))
    assert Job.objects.get(name=REHEARSAL).arguments["variation"] == {"offers_in": ["decoration_loan"]}
    assert "As if published: Decoration loan" in words_of(people["marketer"].get(page["Location"]))
    draft.treatments.all().delete()
    assert "No way is worded on which it reaches somebody." in words_of(people["marketer"].get(HOME))


def test_the_form_goes_on_from_an_earlier_rehearsal_and_asks_what_levers_cost(people, scene):
    zhao = scene.person("zhao")
    set_lever("decoration_loan", "0.2", why="spring", by=zhao)
    set_capacity(Way.CALL, "9", by=zhao)
    page = people["marketer"].post(HOME, typed(people["marketer"], way_call="0", lever_decoration_loan=""))
    job = Job.objects.get(name=REHEARSAL)
    assert job.arguments["variation"] == {"capacities": {"call": "0"}, "levers": {"decoration_loan": "0"}}
    again = people["marketer"].get(f"{HOME}?after={job.key}").content.decode()
    assert re.search(r'name="way_call"\s+value="0"', again)
    assert re.search(r'name="lever_decoration_loan"\s+value=""', again)
    assert people["marketer"].get(page["Location"]).status_code == 200
    assert re.search(
        r'name="without_levers"[^>]*checked', people["marketer"].get(f"{HOME}?without=levers").content.decode()
    )
    people["marketer"].post(HOME, typed(people["marketer"], without_levers="on"))
    assert Job.objects.latest("pk").arguments["variation"] == {"without_levers": True}


def test_a_refusal_and_a_stumbling_program_are_told_in_words(people):
    page = people["marketer"].post(HOME, typed(people["marketer"]))["Location"]
    carried_out({"refused": {"code": "warehouse.no_edition", "words": "There are no figures yet: run “guanxi refresh” first.", "params": {}}})  # fmt: skip
    assert "There are no figures yet" in words_of(people["marketer"].get(page))
    Job.objects.filter(name=REHEARSAL).update(status=JobStatus.SET_ASIDE, result=None, trouble="MemoryError")
    told = words_of(people["marketer"].get(page))
    assert "It came to nothing: a program stumbled." in told
    assert "MemoryError" not in told


def test_without_figures_or_offers_the_page_says_what_is_missing(people):
    Offer.objects.all().delete()
    assert "There is no offer yet that could be weighed." in words_of(people["marketer"].get(HOME))
    Edition.objects.all().delete()
    assert "There are no figures yet" in words_of(people["marketer"].get(HOME))


def test_who_may_not_rehearse_sees_no_door(people):
    assert people["manager"].get(HOME).status_code == 403
    assert HOME not in people["manager"].get("/insight/").content.decode()
    assert "Who would get it now" not in words_of(people["manager"].get(f"/offers/{Offer.objects.get().code}/"))
    assert people["marketer"].get(f"{HOME}aaaaaaaaaaaa/").status_code == 404
