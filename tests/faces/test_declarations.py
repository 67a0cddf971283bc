"""SEG-06 and SEG-10 on the desk: an organisation's cell, types, open needs and people; a person's traits; the matrix with its doors."""

import pytest

from guanxi.record.catalogue.models import Product
from guanxi.record.customers.choices import RelationKind, Stage
from guanxi.record.customers.models import Customer, Relation
from guanxi.record.declarations.models import Declaration
from guanxi.record.holdings.models import Holding
from guanxi.record.standing.models import Standing
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


@pytest.fixture
def company(scene):
    """A loan client with 84 linked employees, of whom 61 are no customers; nine others have the loan, most of them more."""
    loan, settle, cards, rare = (
        Product.objects.create(reference=name, name=name) for name in ("Loan", "Settlement", "Cards", "Cargo cover")
    )
    key = scene.add("Hengyuan", kind="organisation")
    others = [scene.add(f"Works {number}", kind="organisation") for number in range(9)]
    held = [(one, loan) for one in (key, *others)] + [(one, settle) for one in others[:6]]
    held += [(one, cards) for one in others[:2]] + [(others[0], rare)]
    Holding.objects.bulk_create(
        Holding(customer_id=one, product=product, reference=f"H{n}") for n, (one, product) in enumerate(held)
    )
    for number in range(84):
        person = scene.add(f"Staff {number:02d}")
        Relation.objects.create(customer_id=person, other_id=key, kind=RelationKind.EMPLOYER)
    Customer.objects.filter(name__in=[f"Staff {number:02d}" for number in range(61)]).update(stage=Stage.PROSPECT)
    return Customer.objects.get(pk=key)


def test_a_loan_client_shows_its_open_needs_and_that_61_of_84_employees_are_no_customers(scene, looking, company):
    client = looking(scene, "lin", language="en")
    page = f"/customers/{company.code}/"
    whole = client.get(page)
    assert f'hx-get="{page}declarations/"' in whole.content.decode()
    assert "People linked to it" in words_of(whole) and "The other 76" in words_of(
        whole
    )  # eight of them stand there at once
    words = words_of(client.get(f"{page}declarations/"))
    assert "84 linked employees" in words
    assert "61 not customers" in words
    assert "Settlement, Cards" in words  # six and two of nine; cargo cover has one
    assert "Cargo cover" not in words
    assert "Staff 60" in words and "Staff 61" not in words


def test_what_an_organisation_declares_gives_its_cell_and_the_matrix_leads_to_it(scene, looking, company):
    client = looking(scene, "lin", language="en")
    page = f"/customers/{company.code}/declarations/"
    Standing.objects.create(customer_id=company.pk, tier=2, tier_strict=2, value=5, state=1, volume=12_345_600)
    sent = {
        "employees": "1200",
        "turnover": "500000000",
        "credit": "3",
        "flags": ["16", "14"],
        "source": "annual report",
        "version": "0",
    }
    assert client.post(page, sent | {"source": ""}).status_code == 422
    refused = client.post(page, sent | {"employees": "0"})
    assert refused.status_code == 422
    assert 'value="500000000"' in refused.content.decode()  # what was typed stays
    assert client.post(page, sent | {"flags": ["99"]}).status_code == 400
    assert not Declaration.objects.exists()
    assert client.post(page, sent).status_code == 302
    assert Declaration.objects.get(fact=2).amount == 50_000_000_000
    words = words_of(client.get(page))
    assert "Scale 3, volume 2, credit 3" in words
    assert "export-oriented, high-tech" in words
    assert "annual report" in words
    known = words_of(client.get(f"/customers/{company.code}/known/"))
    assert "Turnover a year" in known and "annual report" in known and "export-oriented" in known
    matrix = client.get("/insight/organisations/").content.decode()
    assert 'href="/insight/organisations/?cell=323"' in matrix
    for door in ("cell=323", "type=high_tech"):
        assert "Hengyuan" in words_of(client.get(f"/insight/organisations/?{door}"))
    assert "Hengyuan" not in words_of(client.get("/insight/organisations/?cell=333"))
    for wrong in ("cell=4aa", "cell=12", "type=casino", "door=1"):
        assert client.get(f"/insight/organisations/?{wrong}").status_code == 400
    assert Customer.objects.get(pk=company.pk).value == company.value


def test_a_person_declares_traits_and_no_amounts(scene, looking):
    client, page = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/declarations/"
    assert "Employees" not in words_of(client.get(page))
    assert client.post(page, {"employees": "5", "source": "told", "version": "0"}).status_code == 422
    assert client.post(page, {"flags": ["21", "23"], "source": "told", "version": "0"}).status_code == 302
    words = words_of(client.get(page))
    assert "stable income, wishes to manage wealth" in words
    assert "It never touches a price or a limit." in words
    known = words_of(client.get(f"/customers/{scene.codes[WANG]}/known/"))
    assert (
        known.count("Says of themselves") == 2 and "stable income" in known
    )  # whoever asks what we know is told of it


def test_a_page_that_is_out_of_date_keeps_what_was_typed_and_what_was_noted_meanwhile(scene, looking):
    client, page = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/declarations/"
    assert 'name="version" value="0"' in client.get(page).content.decode()
    assert client.post(page, {"flags": ["21"], "source": "a colleague", "version": "0"}).status_code == 302
    stale = client.post(page, {"flags": ["23"], "source": "told", "version": "0"})
    assert stale.status_code == 422
    assert "Somebody else changed this meanwhile" in words_of(stale)
    assert [(one.fact, one.ended_on) for one in Declaration.objects.all()] == [(21, None)]
    text = stale.content.decode()
    assert 'value="23" checked' in text and 'value="21" checked' not in text  # what was typed stays
    version = text.split('name="version" value="')[1].split('"')[0]
    assert version == "1"  # and is sent again on purpose: the page tells by now what stands
    assert client.post(page, {"flags": ["21", "23"], "source": "told", "version": version}).status_code == 302
    assert client.post(page, {"flags": ["21"], "source": "told"}).status_code == 400
