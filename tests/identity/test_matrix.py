"""The permission matrix: every principal on every customer by every way to read and to write, against the table by hand."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, transaction

from guanxi.ground.sheets import Question, Sort
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Denied
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.record.customers.queries import customer_rows, find, list_customers
from guanxi.record.customers.services.recognising import look_up
from guanxi.record.standing.queries import distribution
from tests.identity import matrix, paths
from tests.identity.world import World, build_world

SAMPLE = 0.15  # of the cells, where the whole was already looked at on the other database

BEST_FIRST = Question(Sort("value", descending=True))


@pytest.fixture
def world(firm) -> World:
    return build_world(firm)


def _cells(cells: list) -> list:
    """All on SQLite, a sample on PostgreSQL that is another one each week of commits and the same for a rerun."""
    if connection.vendor == "sqlite":
        return cells
    return random.Random(f"{len(cells)}").sample(cells, round(len(cells) * SAMPLE))


def _is_shown(read: Callable[[], object]) -> bool:
    try:
        return bool(read())
    except paths.REFUSALS:
        return False


def test_the_table_names_every_way_there_is():
    assert set(matrix.WRITES) == set(paths.WRITES)
    assert set(matrix.ACTS) - {"backup.make"} == set(paths.ACTS)


@pytest.mark.django_db
def test_who_sees_what(world):
    cells = [
        (noun, name, way, target)
        for noun, ways in paths.READS.items()
        for way in ways
        for name in world.principals
        for target in world.targets(name)
    ]
    wrong = []
    for noun, name, way, target in _cells(cells):
        expected = target.place in matrix.SEES[name].split() and name not in matrix.BLIND.get(noun, "").split()
        found = _is_shown(lambda n=noun, w=way, p=name, t=target: paths.READS[n][w](world.principals[p], t))
        if found != expected:
            wrong.append(f"{name} {'sees' if found else 'does not see'} {noun} ({way}) of {target.place}")
    assert wrong == []
    assert len(cells) > 2000


@pytest.mark.django_db
def test_imports_are_seen_by_who_made_them_and_the_administrator(world):
    wrong = []
    for name, principal in world.principals.items():
        for target in world.targets(name):
            expected = name == "admin" or (name == "leader" and target.place == "own")
            for way, read in paths.IMPORT_READS.items():
                if _is_shown(lambda r=read, p=principal, t=target: r(p, t)) != expected:
                    wrong.append(f"{name}: import of {target.place} ({way})")
    assert wrong == []


@pytest.mark.django_db
def test_counts_say_no_more_than_rows(world):
    """An aggregate counts exactly what the list shows: no oracle beside the rows."""
    everybody = {target.id for target in world.everybody if target.place != "deleted"}
    for name, principal in world.principals.items():
        seen = {row.id for row in list_customers(BEST_FIRST, principal).rows} & everybody
        assert list_customers(BEST_FIRST, principal).count == len(seen), name
        try:
            assert sum(share.customers for share in distribution(principal)) == len(seen), name
        except Denied:
            assert seen == set(), name


def _rows_of(customer_id: int) -> list:
    found = []
    with connection.cursor() as cursor:
        for table, column in paths.TABLES.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s ORDER BY 1, 2", [customer_id])
            found.append(cursor.fetchall())
    return found


def _outcome(rows: Callable[[], object], act: Callable[[], object]) -> str:
    """What an act came to: "done" or "refused"; anything else is wrong. Undone afterwards."""
    with transaction.atomic():
        before = rows()
        try:
            with transaction.atomic():
                act()
            said = "done"
        except paths.REFUSALS:
            said = "refused"
        changed = rows() != before
        transaction.set_rollback(True)
    if changed:
        return "done" if said == "done" else "refused, but written"
    return "refused"  # in words, as a problem of the row, or by leaving it alone


@pytest.mark.django_db
def test_who_does_what_and_a_refused_act_changes_nothing(world):
    cells = [(act, name, target) for act in paths.WRITES for name in world.principals for target in world.targets(name)]
    wrong = []
    for act, name, target in _cells(cells):
        expected = "done" if target.place in matrix.WRITES[act].get(name, "").split() else "refused"
        found = _outcome(
            lambda t=target: _rows_of(t.id),
            lambda a=act, p=name, t=target: paths.WRITES[a](world, world.principals[p], t),
        )
        if found != expected:
            wrong.append(f"{name}: {act} on {target.place} is {found}, not {expected}")
    assert wrong == []
    assert len(cells) > 900


_COUNTED = (
    "customers_customer", "catalogue_product", "standing_edition", "identity_staff", "identity_team", "journal_act",
)  # fmt: skip


def _counts() -> list[int]:
    counts = []
    with connection.cursor() as cursor:
        for table in _COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts.append(cursor.fetchone()[0])
    return counts


@pytest.mark.django_db
def test_acts_on_no_customer(world):
    wrong = []
    for act, do in paths.ACTS.items():
        for name, principal in world.principals.items():
            expected = "done" if name in matrix.ACTS[act].split() else "refused"
            denied = _is_denied(lambda d=do, p=principal: d(world, p))
            found = "refused" if denied else "done"
            if found != expected:
                wrong.append(f"{name}: {act} is {found}, not {expected}")
    assert wrong == []


def _is_denied(act: Callable[[], object]) -> bool:
    """True when refused, and then nothing was written. Undone afterwards."""
    before = _counts()
    with transaction.atomic():
        try:
            with transaction.atomic():
                act()
        except Denied:
            assert _counts() == before
            return True
        transaction.set_rollback(True)
    return False


# ---- fields


@pytest.mark.django_db
def test_masked_fields_are_masked_in_every_row(world):
    wrong = []
    for name, principal in world.principals.items():
        for target in world.targets(name):
            for row in customer_rows([target.id], principal):
                wrong += [
                    f"{name}: {field} of {target.place}: {row}"
                    for field in ("name", "phone")
                    if (getattr(target, field) in repr(row)) != (name in matrix.CLEAR[field].split())
                ]
    assert wrong == []


@pytest.mark.django_db
def test_nobody_finds_by_what_they_do_not_read(world):
    """A search by a masked field would be an oracle: it finds what its result hides."""
    wrong = []
    for name, principal in world.principals.items():
        for target in world.targets(name):
            for field, finders in matrix.FINDS.items():
                expected = target.place in matrix.SEES[name].split() and name in finders.split()
                found = target.id in [row.id for row in find(getattr(target, field), principal).rows]
                if found != expected:
                    wrong.append(f"{name} {'finds' if found else 'does not find'} {target.place} by {field}")
    assert wrong == []


@pytest.mark.django_db
def test_whoever_may_recognises_anybody_by_a_whole_identifier_masked_and_journaled(world):
    wrong = []
    for name, principal in world.principals.items():
        for target in world.targets(name):
            if target.place == "deleted":
                continue
            sees = target.place in matrix.SEES[name].split()
            with transaction.atomic():
                before = len(acts_of(Noun("customer", target.code), kinds=["customer.recognised"]))
                answer = look_up(target.account, by=principal)
                acts = len(acts_of(Noun("customer", target.code), kinds=["customer.recognised"])) - before
                transaction.set_rollback(True)
            shown = target.id in [row.id for row in answer.found.rows]
            recognises = name in matrix.RECOGNISES.split()
            expected = (sees and recognises, recognises and not sees, int(recognises))
            if (shown, bool(answer.elsewhere), acts) != expected:
                wrong.append(f"{name} on {target.place}: shown {shown}, elsewhere {answer.elsewhere}, acts {acts}")
            wrong += [f"{name} reads {target.name} unmasked" for one in answer.elsewhere if target.name in repr(one)]
    assert wrong == []


@pytest.mark.django_db
def test_nobody_sorts_by_a_name_that_they_do_not_read(world):
    """The order of masked names tells them; whoever does not read them is refused the sort."""
    wrong = []
    for name, principal in world.principals.items():
        if matrix.SEES[name]:
            sorts = _is_shown(lambda p=principal: list_customers(Question(Sort("name", descending=False)), p).rows)
            if sorts != (name in matrix.CLEAR["name"].split()):
                wrong.append(f"{name} {'sorts' if sorts else 'does not sort'} by name")
    assert wrong == []


@pytest.mark.django_db
def test_the_matrix_would_notice(world):
    """Every way to read is really narrowed by whose customers one sees: with the scope of the firm it shows too much."""
    blind = set()
    for noun, ways in paths.READS.items():
        name = "leader" if noun == "export" else "manager"  # managers take nothing out
        wide = replace(world.principals[name], scope=Scope.ALL)
        for way, read in ways.items():
            hidden = [target for target in world.targets(name) if target.place in ("branch", "elsewhere")]
            if not all(_is_shown(lambda r=read, t=target, p=wide: r(p, t)) for target in hidden):
                blind.add(f"{noun} ({way})")
    assert blind == set()
