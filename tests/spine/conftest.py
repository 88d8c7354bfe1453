"""One finished short film for all tests of the spine; each test works on a copy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.spine.studio import Film, new_film


@dataclass(frozen=True)
class FirstRun:
    """A film, what its dry run said when it was new, and how each unit of its first run ended."""

    film: Film
    planned: dict[str, dict[str, Any]]
    ended: dict[str, str]


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """Return a short film that was planned and run to its end. Never change it: copy it."""
    film = new_film(tmp_path_factory.mktemp("finished") / "film")
    planned = film.plan()
    return FirstRun(film, planned, film.run())


@pytest.fixture(scope="session")
def finished(first_run: FirstRun) -> Film:
    """Return the film that was run to its end. Never change it: copy it."""
    return first_run.film


@pytest.fixture
def film(finished: Film, tmp_path: Path) -> Film:
    """Return a copy of the finished short film."""
    return finished.copy(tmp_path / "film")
