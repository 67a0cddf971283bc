"""Estimates at work: histories read from an edition, models fitted to them, results judged and put into rows and words."""
