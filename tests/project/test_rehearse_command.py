"""`guanxi rehearse --variation`: what is no variation is wrong use, told before anything is read."""

import pytest
from click.testing import CliRunner

from guanxi.ground.refusals import Refused
from guanxi.project.commands.deciding import rehearse_command


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "The variation is no JSON"), ("[1]", "The variation is a JSON object"), ("[" * 20_000, "is no JSON")],
)
def test_what_is_no_variation_is_wrong_use(tmp_path, text, words):
    file = tmp_path / "variation.json"
    file.write_text(text)
    told = CliRunner().invoke(rehearse_command, ["--as-of", "2026-07-01", "--variation", str(file)])
    assert (told.exit_code, words in told.output) == (2, True)


def test_calls_and_a_variation_are_one_too_many(tmp_path):
    file = tmp_path / "variation.json"
    file.write_text("{}")
    told = CliRunner().invoke(rehearse_command, ["--as-of", "2026-07-01", "--calls", "9", "--variation", str(file)])
    assert (told.exit_code, "name the capacity in the variation" in told.output) == (2, True)


def test_what_does_not_fit_is_refused_by_its_field(tmp_path):
    file = tmp_path / "variation.json"
    file.write_text('{"capacities": {"call": -1}}')
    told = CliRunner().invoke(rehearse_command, ["--as-of", "2026-07-01", "--variation", str(file)])
    assert isinstance(told.exception, Refused)
    assert told.exception.field == "capacities.call"
