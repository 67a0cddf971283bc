"""What a measured process used is its own: not what the one that measures it holds."""

import os
import sys

import pytest

from guanxi.project.bench.running import run_process


def used(code: str):
    return run_process([sys.executable, "-c", code], os.environ)


def test_the_peak_is_that_of_the_process_and_not_of_who_started_it():
    held = bytearray(400 * 1024 * 1024)
    small = used("import time; time.sleep(0.2); print(7)")
    large = used("import time; held = bytearray(150 * 1024 * 1024); time.sleep(0.2); print(len(held))")
    assert (small.out, large.out) == ("7\n", f"{150 * 1024 * 1024}\n")
    assert 1 < small.peak_mb < 100
    assert 150 < large.peak_mb < 250
    assert len(held) > 250 * 1024 * 1024


def test_a_process_that_fails_is_told_with_its_last_words():
    with pytest.raises(RuntimeError, match="failed with 3: no luck"):
        used("import sys; print('no luck', file=sys.stderr); sys.exit(3)")
