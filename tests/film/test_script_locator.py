"""Where a value of a scene or a shot came from: the line of the script, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cine_forge.film.policies import ScriptLocator

SCENE = {
    "id": "ep001/scene:k3f2",
    "elements": [{"text": "Ann takes the key.", "at": 2}, {"text": "Not tonight.", "at": 5}],
}
SHOT = {"scene": SCENE["id"], "lines": [{"text": "Not tonight."}, {"text": "Never said."}]}
KEPT: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("scene", "ep001/scene:k3f2"): SCENE,
    ("mention_ledger", "ep001"): {
        "source": "ep_001.md",
        "spans": [{"scene": "ep001/scene:k3f2", "line": 40}],
    },
}


@pytest.mark.parametrize(
    ("artifact_type", "data", "path", "where"),
    [
        ("scene", SCENE, "/elements/0/text", "ep_001.md:42"),
        ("scene", SCENE, "/elements/1/text", "ep_001.md:45"),
        ("scene", SCENE, "/elements/9/text", None),
        ("scene", SCENE, "/heading", None),
        ("shot", SHOT, "/lines/0/text", "ep_001.md:45"),
        ("shot", SHOT, "/lines/1/text", None),
        ("look", {}, "/elements/0/text", None),
    ],
)
def test_a_value_is_traced_to_the_line_it_came_from(
    artifact_type: str, data: Mapping[str, Any], path: str, where: str | None
) -> None:
    locator = ScriptLocator("ep001", lambda kind, entity: KEPT.get((kind, entity)))
    assert locator(artifact_type, data, path) == where
