"""Detectors: who has left the own habit, with the figures that say so. SQL over the edition; decisioning.md 4.5 and 4.6."""

from guanxi.insight.detectors.running import notes_of, run
from guanxi.insight.detectors.thresholds import DEFAULTS

__all__ = ["DEFAULTS", "notes_of", "run"]
