"""Synthetic firms of any size, with the truth that made them written beside, for benches, demos and tests of the brain."""

from guanxi.project.simulation.firm import FirmPlan, Trade, simulate_firm

__all__ = ["FirmPlan", "Trade", "simulate_firm"]
