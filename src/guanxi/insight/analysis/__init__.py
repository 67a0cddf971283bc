"""Questions that people put together themselves, over the edition: counts and sums by any two dimensions."""
