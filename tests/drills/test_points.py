"""The drills stay what they promise to be: no point is lost, none is named twice, twenty kills at each."""

import re
from collections import Counter
from pathlib import Path

import guanxi
from tests.drills.points import CHAINS, REPETITIONS, points


def test_there_are_ten_points_at_least_of_both_and_twenty_kills_at_each():
    assert len(points("import")) >= 10
    assert len(points("refresh")) >= 10
    assert len(points("undo")) >= 1
    assert sum(CHAINS) == REPETITIONS == 20


def test_every_point_of_the_code_belongs_to_a_drill_and_has_its_own_name():
    texts = [file.read_text(encoding="utf-8") for file in Path(guanxi.__file__).parent.rglob("*.py")]
    named = Counter(name for text in texts for name in re.findall(r"""kill_point\(["']([^"']+)["']\)""", text))
    assert [name for name, count in named.items() if count > 1] == []
    assert set(named) == {*points("import"), *points("refresh"), *points("undo")}
