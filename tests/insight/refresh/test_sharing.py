"""How many threads a refresh takes: as many as there are shares of the customers, and no more than there are."""

import pytest

from guanxi.insight.refresh.sharing import SHARE, share_out
from guanxi.insight.warehouse.workbench import Workbench


@pytest.mark.parametrize(
    ("customers", "expected"), [(0, 1), (1, 1), (SHARE, 1), (SHARE + 1, 2), (2 * SHARE, 2), (9 * SHARE, 3)]
)
def test_no_thread_waits_for_a_share_that_another_has(customers: int, expected: int):
    with Workbench() as bench:
        bench.run("SET threads = 3")
        share_out(bench, customers)
        assert bench.scalar("SELECT current_setting('threads')") == expected


def test_an_engine_of_many_machines_shares_its_work_itself():
    class Many(Workbench):
        is_one_machine = False

    with Many() as bench:
        bench.run("SET threads = 3")
        share_out(bench, 1)
        assert bench.scalar("SELECT current_setting('threads')") == 3
