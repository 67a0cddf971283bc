"""Which family an offer would add to what a customer holds, whatever became of the offer since."""

from django.db.models.functions import Coalesce

from guanxi.engage.offers.models import Offer


def families_of(issue: int) -> dict[str, str]:
    """Reference of each offer of an issue that is about a family, or about a product of one → reference of that family, as its
    latest version has it (one query); for steps of the house.
    """
    family = Coalesce("family__reference", "product__family__reference")
    found = Offer.objects.filter(issue=issue).order_by("version").values_list("reference", family)
    return {reference: name for reference, name in found if name}
