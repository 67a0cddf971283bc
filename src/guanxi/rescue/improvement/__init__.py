"""Improvement: causes of ours that many losses have in common, worked on by a person, and whether the loss rate fell (WIN-07)."""
