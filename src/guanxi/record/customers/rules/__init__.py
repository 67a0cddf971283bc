"""Rules about customers: pure functions and small frozen values; time and keys are arguments."""
