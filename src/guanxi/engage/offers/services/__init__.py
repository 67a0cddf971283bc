"""Acts on offers: written by one person, approved by another, published, withdrawn; each stands in the journal."""

from guanxi.engage.offers.rules.given import GivenOffer, GivenTreatment, NotTaken
from guanxi.engage.offers.services.clearing import remove_demo_offers
from guanxi.engage.offers.services.deciding import (
    Unfit,
    approve_offer,
    publish_offer,
    release_wording,
    return_offer,
    submit_offer,
    withdraw_offer,
)
from guanxi.engage.offers.services.promotions import NewPromotion, register_promotion
from guanxi.engage.offers.services.writing import revise_offer, write_offer

__all__ = [
    "GivenOffer",
    "GivenTreatment",
    "NewPromotion",
    "NotTaken",
    "Unfit",
    "approve_offer",
    "publish_offer",
    "register_promotion",
    "release_wording",
    "remove_demo_offers",
    "return_offer",
    "revise_offer",
    "submit_offer",
    "withdraw_offer",
    "write_offer",
]
