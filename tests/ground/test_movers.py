"""Two copies of SQLite never have the record open in one process."""

import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction

from guanxi.ground.movers import open_mover
from guanxi.identity.models import Team
from guanxi.journal.models import Act

pytestmark = pytest.mark.django_db(transaction=True)

only_on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a danger of SQLite")


def read_one(**how: bool) -> int:
    with open_mover(**how) as mover, mover.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_act")
        return cursor.fetchone()[0]


def test_a_mover_reads_what_django_committed_and_leaves_it_usable():
    assert read_one(read_only=True) == 0
    assert Act.objects.count() == 0


def test_a_reading_mover_sees_one_moment():
    with open_mover(read_only=True) as mover:
        counts = []
        for _ in range(2):
            with mover.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM identity_team")
                counts.append(cursor.fetchone()[0])
            add_team_from_another_process()
    assert counts == [0, 0]
    assert Team.objects.count() == 2


@only_on_sqlite
def test_a_reading_mover_looks_at_pages_where_the_system_holds_them():
    with open_mover(read_only=True) as mover, mover.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        assert cursor.fetchone()[0] == 1 << 30
    with open_mover() as mover, mover.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        assert cursor.fetchone()[0] == 0


def add_team_from_another_process() -> None:
    code = (
        "import sys, django; django.setup(); from django.db import connection;"
        "connection.settings_dict['NAME'] = sys.argv[1];"
        "from guanxi.identity.models import Team; Team.objects.create(name='x')"
    )
    subprocess.run([sys.executable, "-c", code, str(connection.settings_dict["NAME"])], check=True, timeout=60)


@only_on_sqlite
def test_no_mover_inside_a_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        read_one()


@only_on_sqlite
def test_no_mover_while_another_thread_has_the_record_open():
    opened, done = threading.Event(), threading.Event()

    def hold() -> None:
        Act.objects.count()
        opened.set()
        done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    opened.wait(10)
    try:
        with pytest.raises(RuntimeError, match="process of its own"):
            read_one()
    finally:
        done.set()
        other.join()
    assert read_one() == 0
