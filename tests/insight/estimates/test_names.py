"""What others import from the room itself, and that asking for one thing does not load all."""

import subprocess
import sys

import pytest

import guanxi.insight.estimates as room


@pytest.mark.parametrize("name", room.__all__)
def test_every_name_is_there_and_is_called_so(name):
    assert getattr(room, name).__name__ == name


def test_what_is_not_there_is_not_found():
    with pytest.raises(AttributeError, match="has no attribute 'fit_anything'"):
        _ = room.fit_anything


def test_a_survival_does_not_load_trees_and_tables():
    code = (
        "import sys; from guanxi.insight.estimates import kaplan_meier;"
        "print(kaplan_meier([1, 2], [1, 0]).survival_at(1), sorted({'sklearn', 'pyarrow', 'scipy.optimize'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["0.5", "[]"]
