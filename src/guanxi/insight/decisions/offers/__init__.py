"""The firm's published offers in decisions: what each asks of a customer, what it is worth, who would get it."""

from guanxi.insight.decisions.offers.comparing import Comparison, compare
from guanxi.insight.decisions.offers.rehearsing import Rehearsal, rehearse

__all__ = ["Comparison", "Rehearsal", "compare", "rehearse"]
