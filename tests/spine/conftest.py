"""One finished short film for all tests of the spine; each test works on a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spine.studio import Film, new_film


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Return a short film that was run to its end. Never change it: copy it."""
    film = new_film(tmp_path_factory.mktemp("finished") / "film")
    film.run()
    return film


@pytest.fixture
def film(finished: Film, tmp_path: Path) -> Film:
    """Return a copy of the finished short film."""
    return finished.copy(tmp_path / "film")
