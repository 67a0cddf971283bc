"""What is proposed in a contact is taken up as long as there is some of it: the last unit goes to one of two (NBA-03)."""

import dataclasses

import pytest

from guanxi.engage.offers.models import Offer
from guanxi.ground.refusals import Refused
from guanxi.identity.queries import firm_day
from guanxi.insight.decisions.offers.taking_up import take_up_proposed
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import Taking, answer_action
from guanxi.record.customers.choices import Channel
from tests.crowd import second_is_told
from tests.engage.offers.sample import LOAN, published
from tests.stories.scene import build_scene


@pytest.fixture
def scene():
    from guanxi.record.catalogue.models import Family, Product
    from guanxi.record.customers import search

    search.rebuild_search()
    scene = build_scene()
    loan = Family.objects.create(reference="loan", name="loan")
    Product.objects.create(reference="P-2", name="loan", family=loan)
    return scene


def last_one(scene) -> Offer:
    return Offer.objects.get(code=published(scene, dataclasses.replace(LOAN, stock="1")))


def taking_up(scene, customer, offer):
    facts = {"reference": offer.reference, "code": offer.code, "way": 2, "name": {}, "need": {}, "because": []}
    taking = Taking(facts=facts | {"say": {"zh": "", "en": ""}}, need="厨房", channel=Channel.CALL)
    return lambda: take_up_proposed(customer.pk, offer, taking, by=scene.person("lin"))


@pytest.mark.django_db
def test_the_last_unit_is_kept_for_whoever_took_it_up(db, scene):
    offer, wang, li = last_one(scene), scene.customer("王海峰"), scene.customer("李玲")
    code = taking_up(scene, wang, offer)()
    assert taking_up(scene, wang, offer)() == code  # his own keeps nothing from him
    with pytest.raises(Refused) as refused:
        taking_up(scene, li, offer)()
    assert (refused.value.code, Action.objects.count()) == ("benefit.none_left", 1)
    answer_action(code, by=scene.person("lin"), answer="accepted")
    with pytest.raises(Refused):
        taking_up(scene, li, offer)()
    assert Action.objects.count() == 1 and firm_day()


@pytest.mark.both
def test_of_two_contacts_at_the_same_moment_one_gets_the_last_unit(transactional_db, scene):
    offer, wang, li = last_one(scene), scene.customer("王海峰"), scene.customer("李玲")
    assert second_is_told(taking_up(scene, wang, offer), taking_up(scene, li, offer)) == "benefit.none_left"
    assert Action.objects.get().customer_id == wang.pk
    Offer.objects.update(stock=2)
    offer.refresh_from_db()
    assert second_is_told(taking_up(scene, li, offer), taking_up(scene, wang, offer)) == ""
    assert Action.objects.count() == 2
