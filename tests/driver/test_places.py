"""Places: what is looked for where, in what order, and what the environment adds."""

from __future__ import annotations

import os
from pathlib import Path

from cine_forge.driver.places import Places


def test_folders_of_providers_that_the_environment_names_come_first(tmp_path: Path) -> None:
    first, second, own = tmp_path / "a", tmp_path / "b", tmp_path / "project" / "providers"
    for folder in (first, second, own):
        folder.mkdir(parents=True)
    said = os.pathsep.join([str(first), str(second), str(tmp_path / "absent")])
    places = Places.here({"CINE_FORGE_PROVIDERS": said})
    assert places.adapters(own.parent)[:3] == (first, second, own)
    assert Places.here({}).adapters(own.parent)[:1] == (own,)
