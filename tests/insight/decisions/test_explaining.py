"""A run that is kept explains itself for every customer from stored rows alone, and goes away without harm."""

import datetime as dt
import shutil
from types import SimpleNamespace

import pytest

from guanxi.insight.decisions.arbitration import Policy, arbitrate
from guanxi.insight.decisions.offers import in_contact
from guanxi.insight.decisions.offers.contexts import Contexts
from guanxi.insight.decisions.offers.deciding import Decided, Stakes
from guanxi.insight.decisions.offers.explaining import explain
from guanxi.insight.decisions.offers.kept import current_run, keep_run
from guanxi.insight.warehouse.places import Places, places
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.decisions.test_single import CALL, CHANCES, OFFERS, REASONS, cast, contexts_table, ways_table

EVERYBODY, AS_OF = 60, dt.date(2026, 6, 30)


@pytest.fixture
def where(settings, tmp_path) -> Places:
    settings.GUANXI_HOME = tmp_path
    found = places()
    found.make()
    return found


def kept(where: Places, name: str, policy: Policy):
    """A run over a small cast, kept beside an edition of that name, which is the current one; what it decided, by customer."""
    contexts = contexts_table({key: {"loan": 1.0} for key in range(1, EVERYBODY, 2)})
    ways = ways_table({key: {("loan", CALL): -0.5} for key in range(1, EVERYBODY, 3)})
    versions = [SimpleNamespace(reference=one.code, code=f"V-{one.code}", version=1, issue=5) for one in OFFERS]
    with Workbench() as bench:
        bench.register("given", cast(EVERYBODY, 3))
        bench.run("CREATE TABLE deciding AS SELECT *, FALSE AS is_unprofiled, ['TEA'] AS nexts FROM given")
        found = arbitrate(bench, OFFERS, CHANCES, policy, contexts=contexts, way_contexts=ways)
        stakes = Stakes(tuple(versions), OFFERS, policy, CHANCES, Contexts(contexts, ways))
        keep_run(bench, Decided(stakes, found), where, edition=name, as_of=AS_OF)
    where.edition(name).touch()
    where.point_to(name)
    return {row["customer_id"]: row for row in found.decisions.to_pylist()}


@pytest.mark.parametrize("policy", [{}, {"capacity": {"calls": 6}}, {"explored": 1.0}])
def test_everybody_is_explained_as_he_was_decided(where, policy):
    decided = kept(where, "e1", Policy(salt="offers|", run="x|", channel_reasons=REASONS, **policy))
    for key in range(1, EVERYBODY + 1):
        told, row = explain(key), decided.get(key)
        assert told.arm == (row["arm"] if row else "")
        first = [one for one in told.lines if one.reason in {"chosen", "control"}]
        assert [(one.offer, one.channel) for one in first] == ([(row["offer"], row["channel"])] if row else [])
        if row:
            assert told.lines[0] is first[0]
            assert first[0].reason == ("control" if row["arm"] == "control" else "chosen")
        assert ({one.offer for one in told.lines}, told.nexts) == ({one.code for one in OFFERS}, ("TEA",))


def test_nobody_is_explained_whom_the_run_did_not_know_and_nothing_without_a_run(where):
    assert (current_run(), explain(1)) == (None, None)
    kept(where, "e1", Policy(salt="offers|", channel_reasons=REASONS))
    assert explain(EVERYBODY + 1) is None
    assert explain(-1) is None


def test_a_run_taken_away_between_two_looks_is_no_error(where):
    kept(where, "e1", Policy(salt="offers|", channel_reasons=REASONS))
    run = current_run()
    assert in_contact._known(1)[1].num_rows == 1
    shutil.rmtree(run.folder)
    assert explain(1) is None
    assert in_contact._known(1) == (None, None)
    kept(where, "e2", Policy(salt="offers|", channel_reasons=REASONS))
    assert in_contact._known(1)[0].edition == "e2"
