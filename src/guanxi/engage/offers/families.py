"""What an offer would add to what a customer holds, whatever became of the offer since."""

from django.db.models import Value
from django.db.models.functions import Coalesce

from guanxi.engage.offers.models import Offer


def families_of(issue: int) -> dict[str, str]:
    """Reference of each offer of an issue that is about a family, or about a product of one → reference of that family, as its
    latest version has it (one query); for steps of the house.
    """
    family = Coalesce("family__reference", "product__family__reference")
    found = Offer.objects.filter(issue=issue).order_by("version").values_list("reference", family)
    return {reference: name for reference, name in found if name}


def targets_of_offers() -> dict[str, tuple[str, str]]:
    """Reference of each offer → references of the product and of the family that its latest version names, "" where it names none
    (one query); for steps of the house.
    """
    names = [Coalesce(f"{name}__reference", Value("")) for name in ("product", "family")]
    found = Offer.objects.order_by("version").values_list("reference", *names)
    return {reference: (product, family) for reference, product, family in found}
