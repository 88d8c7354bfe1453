"""A series: episodes of one project share people and places; the second one pays for no sheet twice."""

from __future__ import annotations

import pytest

from tests.spine.studio import Film

SECOND = """# THE LOCK

**INT. KITCHEN - DAY**

Ann waits at the table.

ANN
He is late again.

CARO (28), long black hair, green dress, looks in.

CARO
Who is?
"""


@pytest.mark.row("G22")
def test_a_second_episode_shares_people_and_places_and_keeps_the_first(film: Film) -> None:
    before = film.currents("sheet", "asset", "take", "cut")
    (film.folder / "scripts" / "ep_002.md").write_text(SECOND)
    project = film.folder / "project.yaml"
    text = project.read_text().replace("script: scripts/ep_001.md", "script: scripts/ep_002.md")
    project.write_text(text.replace("episode: ep001", "episode: ep002"))
    ended = film.run()
    assert ended["asset_prep/character:ann"] == "reused"
    assert ended["asset_prep/location:kitchen"] == "reused"
    assert ended["asset_prep/character:caro"] == "done"
    assert ended["delivery/ep002"] == "done"
    after = film.currents("sheet", "asset", "take", "cut")
    assert all(after[name] == kept for name, kept in before.items())
    assert {"cut/ep001", "cut/ep002"} <= set(after)
