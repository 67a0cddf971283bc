"""Winning back: who was lost, when and why, what a second life is worth, and who is asked or pursued."""
