"""Arbitration: of everything that could be offered to everybody, one decision each, valued in money and within capacity."""

from guanxi.insight.decisions.arbitration.running import Arbitration, arbitrate, regard
from guanxi.insight.decisions.arbitration.terms import Chance, Condition, OfferTerms, Policy, Treatment

__all__ = ["Arbitration", "Chance", "Condition", "OfferTerms", "Policy", "Treatment", "arbitrate", "regard"]
