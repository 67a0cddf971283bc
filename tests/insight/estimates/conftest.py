from pathlib import Path

import pytest

from tests.insight.estimates.shops import Shop, cut, read_cdnow, read_online_retail


@pytest.fixture(scope="session")
def cdnow_days(shared_data: Path) -> dict[str, dict[int, float]]:
    return read_cdnow(shared_data)


@pytest.fixture(scope="session")
def online_retail_days(shared_data: Path) -> dict[str, dict[int, float]]:
    return read_online_retail(shared_data)


@pytest.fixture(scope="session")
def cdnow(cdnow_days: dict[str, dict[int, float]]) -> Shop:
    """Calibrated to 1997-09-30, 39 weeks held out."""
    return cut(cdnow_days, "1997-09-30", "1998-06-30")


@pytest.fixture(scope="session")
def online_retail(online_retail_days: dict[str, dict[int, float]]) -> Shop:
    """Calibrated to 2011-06-30, held out to the last day, 2011-12-09."""
    return cut(online_retail_days, "2011-06-30", "2011-12-09")
