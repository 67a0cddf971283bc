"""An offer for the matrix: complete, and written by nobody of those who try."""

from guanxi.engage.offers.models import Offer
from guanxi.ground import clock
from guanxi.record.catalogue.models import Family
from tests.identity.world import World

SPOKEN = {told: {"zh": "话", "en": "word"} for told in ("name", "benefit", "need", "cost", "risk", "alternative")}


def written_offer(world: World) -> Offer:
    """A draft by the colleague of oak, fit to be published today."""
    family = Family.objects.create(reference="loans", name="loans")
    today, writer = clock.local_day(clock.now(), "Asia/Shanghai"), world.staff["colleague"]
    offer = Offer.objects.create(
        reference="loan_1", issue=5, family=family, purpose=2, unit_value=100, currency="CNY", words=SPOKEN,
        changed_at=clock.now(), valid_from=today, valid_to=today, written_by=writer, writers=[writer.pk],
    )  # fmt: skip
    offer.treatments.create(way=2, wording_zh="话", wording_en="word", cost=1, pressure=1)
    return offer
