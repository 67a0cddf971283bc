"""One process of the groups bench: twelve groups four levels deep over the customers of a home, and lists asked for each of them.

Prints JSON: how many stand in the largest group with all below it, the median, the 95th of a hundred and the worst in ms, of the first
page of each list and of the counts of all twelve beside the tree, for whoever sees everybody.
"""

import json
import time
from collections.abc import Callable
from functools import partial

from guanxi.project import set_up

_ROUNDS = 3
# (name, below, which share of all customers stands in it itself)
_TREE = (
    ("friends", "", 0.02), ("old friends", "friends", 0.01), ("from school", "old friends", 0.005), ("same desk", "from school", 0.001),
    ("family", "", 0.001), ("important", "", 0.1), ("firms", "important", 0.05), ("local firms", "firms", 0.03),
    ("restaurants", "local firms", 0.01), ("trade", "local firms", 0.02), ("ordinary", "", 0.4), ("on trial", "ordinary", 0.1),
)  # fmt: skip


def main() -> None:
    """Open the groups, fill them, ask, and print what it took."""
    set_up()
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - needs the settings
    from guanxi.record.customers.queries import group_tree, list_customers  # noqa: PLC0415
    from guanxi.record.customers.queries.group_sizes import group_sizes  # noqa: PLC0415
    from guanxi.record.customers.services import open_group  # noqa: PLC0415
    from guanxi.record.customers.sheet import CUSTOMERS  # noqa: PLC0415

    by, ids = system_principal("bench"), dict[str, int]()
    for name, below, share in _TREE:
        ids[name] = open_group(name, parent_id=ids.get(below), by=by)
        _fill(ids[name], share)
    codes = [group.code for group in group_tree()]
    questions = [
        CUSTOMERS.read_question({"where": [f"group.in.{code}"], "sort": [sort]})
        for code in codes
        for sort in ("-value", "state")
    ]
    asks: list[Callable[[], object]] = [partial(list_customers, question, by) for question in questions]
    facts = {
        "customers": _count("customers_customer"),
        "memberships": _count("customers_groupmember"),
        "lists": _timed(asks),
    }
    print(json.dumps(facts | {"counts": _timed([lambda: group_sizes(list(ids.values()), by)])}))


def _fill(group: int, share: float) -> None:
    """Some share of all, evenly over their ids and others for each group: by SQL, for it is no act that is measured."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_groupmember (group_id, customer_id) "
            "SELECT %s, id FROM customers_customer WHERE (id * 7919 + %s * 104729) %% 1000 < %s",
            [group, group, round(share * 1000)],
        )


def _count(table: str) -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - tables of our own
        return int(cursor.fetchone()[0])


def _timed(asks: list[Callable[[], object]]) -> dict[str, float]:
    """Wall and CPU of each, several times over, the first round not counted."""
    took, used = [], []
    for number in range(_ROUNDS + 1):
        for ask in asks:
            began, cpu = time.perf_counter(), time.process_time()
            ask()
            if number:
                took.append((time.perf_counter() - began) * 1000)
                used.append((time.process_time() - cpu) * 1000)
    took.sort()
    used.sort()
    place = int(len(took) * 0.95)
    return {"p50_ms": took[len(took) // 2], "p95_ms": took[place], "worst_ms": took[-1], "cpu_p95_ms": used[place]}


if __name__ == "__main__":
    main()
