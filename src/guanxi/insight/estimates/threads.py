"""One thread: many spin while they wait, at twenty times the processor time, and add up in an order of their own."""

from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[object]:
    """Within it numerical libraries use one thread, so that the same data give the same numbers, bit for bit."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
