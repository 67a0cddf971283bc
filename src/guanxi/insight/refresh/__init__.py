"""The refresh: from the record to an edition, to advice, and back into the record; one at a time, safe to interrupt."""

from guanxi.insight.refresh.running import Report, refresh

__all__ = ["Report", "refresh"]
