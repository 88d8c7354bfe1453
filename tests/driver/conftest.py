"""Fixtures for tests of the driver."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.driver.stand import Stand, new_stand


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Return a stand in which nothing ran yet."""
    return new_stand(tmp_path / "stand")
