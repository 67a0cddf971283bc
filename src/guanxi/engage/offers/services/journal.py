"""How acts on offers stand in the journal."""

from typing import Any

from guanxi.engage.offers.models import Offer
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import record_act


def note(kind: str, offer: Offer, *, actor: Actor, **more: Any) -> None:
    """Write one act on one version, in the caller's transaction; who may do it the caller has asked."""
    payload = {"reference": offer.reference, "version": offer.version, **more}
    record_act(kind, by=actor, noun=Noun("offer", offer.code), payload=payload)
