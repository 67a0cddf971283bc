"""Decisions: one thing to do for one customer by one person, and why not the others. decisioning.md 3.3, first form."""

from guanxi.insight.decisions.running import DEFAULTS, Given, Sought, choose, rejects_of, run, seek_candidates

__all__ = ["DEFAULTS", "Given", "Sought", "choose", "rejects_of", "run", "seek_candidates"]
