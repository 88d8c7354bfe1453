"""Where the lines of the kernel are counted, they are counted in the processes of isolated units too."""

from __future__ import annotations

import os

import pytest

from cine_forge.kernel.running import isolation


@pytest.fixture(autouse=True)
def _counted_in_isolation_too(monkeypatch: pytest.MonkeyPatch) -> None:
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        monkeypatch.setattr(isolation, "PASSED_ON", (*isolation.PASSED_ON, "COVERAGE_PROCESS_"))
