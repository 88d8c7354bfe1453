"""The film's answers to the kernel's questions: when a board's gate is open, where a line came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cine_forge.kernel.planning.policy import Asked

Lookup = Callable[[str, str], Mapping[str, Any] | None]
"""Returns the data of the current artifact of a type and entity, or None."""


class ApprovalGate:
    """A board's gate is open when a person decided about this very board, or when checks may decide."""

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        """Return what to do while the gate is shut, or None.

        A module without an `approve` param (the review of takes) hears decisions and waits for none.
        """
        if "approve" not in asked.params:
            return None
        decided = any(decision["kind"] in ("approve", "reject") for decision in decisions)
        if decided or asked.params.get("approve") == "auto":
            return None
        subject = asked.inputs.get("pencil")
        ref = getattr(subject, "ref", None) or f"pencil_board/{asked.entity}"
        return f"waits for approval: `cine-forge review approve {ref}`"


class Deciders:
    """Who could ever pass a gate that waits for a person: the users that the project names."""

    def __init__(self, users: tuple[str, ...]) -> None:
        self._users = users

    def missing(self, stage: str, mode: Any) -> str | None:
        """Return what to do when the gate asks a person and the project names nobody, else None."""
        if mode != "ask" or self._users:
            return None
        return "write who decides under `users` of `project.yaml`, or let its own checks: `--approve auto`"


class ScriptLocator:
    """Finds the line of the script that a value of a scene or a shot came from."""

    def __init__(self, episode: str, lookup: Lookup) -> None:
        self._episode = episode
        self._lookup = lookup

    def __call__(self, artifact_type: str, data: Mapping[str, Any], path: str) -> str | None:
        """Return `ep_001.md:57`, or None when the value is no text of the script."""
        if artifact_type == "scene":
            return self._in_scene(data, _step(path, "elements"))
        if artifact_type == "shot":
            return self._in_shot(data, path)
        return None

    def _in_shot(self, shot: Mapping[str, Any], path: str) -> str | None:
        scene = self._lookup("scene", str(shot.get("scene")))
        at = _step(path, "lines")
        if scene is None or at is None or at >= len(shot["lines"]):
            return None
        text = shot["lines"][at]["text"]
        elements = [element["text"] for element in scene["elements"]]
        found = next((i for i, spoken in enumerate(elements) if text in spoken), None)
        return self._in_scene(scene, found)

    def _in_scene(self, scene: Mapping[str, Any], element: int | None) -> str | None:
        ledger = self._lookup("mention_ledger", self._episode)
        if ledger is None or element is None or element >= len(scene["elements"]):
            return None
        starts = {span["scene"]: span["line"] for span in ledger["spans"]}
        start = starts.get(scene["id"])
        return f"{ledger['source']}:{start + scene['elements'][element]['at']}" if start else None


def _step(path: str, name: str) -> int | None:
    parts = path.strip("/").split("/")
    if len(parts) >= 2 and parts[0] == name and parts[1].isdigit():
        return int(parts[1])
    return None
