"""CARE-02: a suggestion names the preference behind it and can be dismissed for good; only for who agreed to offers."""

import pytest

from guanxi.ground import clock
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Preference
from guanxi.record.customers.services import record_preference
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM

ZHOU = "周文博"


@pytest.fixture
def tea(scene):
    """Zhou likes Pu'er and fishing; the firm has two kinds of Pu'er and a rod. He agreed to offers."""
    names = ("普洱礼盒 Pu'er gift box", "普洱茶饼 Pu'er cake", "钓鱼竿 Fishing rod", "床头台灯 Bedside lamp")
    create_products([NewProduct(reference=f"S{n}", name=name) for n, name in enumerate(names)], by=SYSTEM)
    for field, text in ((4, "早上喝普洱"), (7, "钓鱼"), (8, "普洱的事打电话")):
        record_preference(scene.ids[ZHOU], field=field, text=text, source="本人说的", by=SYSTEM)
    agree(scene, ConsentStatus.GRANTED)
    return scene


def agree(scene, status: ConsentStatus) -> None:
    said = Statement(
        purpose=Purpose.MARKETING, channel=Channel.VISIT, status=status, at=clock.now(), evidence="7", source="branch"
    )
    record_consents([NewConsent(scene.ids[ZHOU], said)], by=SYSTEM)


def door(scene) -> str:
    return f"/customers/{scene.codes[ZHOU]}/suggestions/"


def line(scene, text: str) -> str:
    key = Preference.objects.get(customer=scene.ids[ZHOU], text=text).pk
    return f"/customers/{scene.codes[ZHOU]}/preferences/{key}/"


def test_each_suggestion_names_the_words_behind_it(tea, looking):
    words = words_of(looking(tea, "lin", language="en").get(door(tea)))
    assert "普洱礼盒 Pu&#x27;er gift box because: “早上喝普洱” · 本人说的 · today" in words
    assert "普洱茶饼 Pu&#x27;er cake because: “早上喝普洱”" in words
    assert "钓鱼竿 Fishing rod because: “钓鱼”" in words
    assert "台灯" not in words
    assert "打电话" not in words  # how to reach him is no taste


def test_dismissed_it_is_suggested_no_more_until_it_is_asked_for_again(tea, looking):
    client = looking(tea, "lin")
    quiet = line(tea, "早上喝普洱") + "quiet/"
    assert main_of(client.get(door(tea))).count(f'action="{quiet}"') == 1  # one form for both products
    page = client.post(quiet, follow=True)
    assert page.request["PATH_INFO"] == door(tea)
    assert "礼盒" not in words_of(page)
    assert "钓鱼竿" in words_of(page)
    heed = line(tea, "早上喝普洱") + "heed/"
    assert f'action="{heed}"' in page.content.decode()  # the way back, at once
    assert f'action="{heed}"' in main_of(client.get(f"/customers/{tea.codes[ZHOU]}/"))  # and later, on the card
    client.post(heed)
    assert "礼盒" in words_of(client.get(door(tea)))


def test_nothing_is_suggested_to_who_did_not_agree_to_offers(tea, looking):
    client = looking(tea, "lin", language="en")
    agree(tea, ConsentStatus.WITHDRAWN)
    words = words_of(client.get(door(tea)))
    assert "礼盒" not in words
    assert "has not agreed to offers" in words
    Consent.objects.all().delete()
    assert "has not agreed to offers" in words_of(client.get(door(tea)))


def test_the_form_of_a_visit_opens_them(tea, looking):
    form = main_of(looking(tea, "lin").get(f"/conversations/new/?customer={tea.codes[ZHOU]}"))
    assert f'hx-get="{door(tea)}"' in form


@pytest.mark.parametrize(("name", "status"), [("zhou", 404), ("huang", 404), ("zhao", 403), ("du", 403)])
def test_out_of_sight_or_without_the_right_nothing_is_shown_or_written(tea, looking, name, status):
    client = looking(tea, name)
    assert client.get(door(tea)).status_code == status
    for place in ("quiet", "heed"):
        assert client.post(line(tea, "钓鱼") + f"{place}/").status_code == status
    assert not Preference.objects.filter(is_quiet=True).exists()


def test_a_line_of_somebody_else_is_not_there(tea, looking):
    key = record_preference(tea.ids["黄振华"], field=4, text="茶", source="x", by=SYSTEM)
    assert looking(tea, "lin").post(f"/customers/{tea.codes[ZHOU]}/preferences/{key}/quiet/").status_code == 404
