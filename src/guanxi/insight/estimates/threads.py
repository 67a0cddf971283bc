"""One thread: many spin while they wait, at twenty times the processor time, and add up in an order of their own."""

from contextlib import AbstractContextManager


def one_thread(*, with_trees: bool = False) -> AbstractContextManager[object]:
    """Within it numerical libraries use one thread, so that the same data give the same numbers, bit for bit.

    Only libraries that are loaded can be limited: `with_trees` loads those of boosted trees first.
    """
    from threadpoolctl import threadpool_limits

    if with_trees:
        import sklearn.ensemble  # noqa: F401 - loaded for its threads, see above
    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
