"""`guanxi bench`: the project's own measurements, each beside its comparison in one run."""
