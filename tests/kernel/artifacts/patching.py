"""What a diff means, said a second time: carry its changes out on the old data and the new data come out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cine_forge.kernel.artifacts.diff.diff import FieldChange
from cine_forge.kernel.artifacts.schemas.json_shape import escaped


def patched(data: Any, changes: Iterable[FieldChange]) -> Any:
    """Return `data` with the changes carried out."""
    found: dict[tuple[str, str], dict[str, FieldChange]] = {}
    for change in changes:
        parent, _, step = change.path.rpartition("/")
        found.setdefault((change.kind, parent), {})[step] = change
    return _patched(data, "", "", found)


def _patched(data: Any, old: str, new: str, found: dict[tuple[str, str], dict[str, FieldChange]]) -> Any:
    parent, _, step = new.rpartition("/")
    if step in found.get(("changed", parent), {}):
        return found["changed", parent][step].after
    gone, come, moved = (
        found.get(key, {}) for key in (("removed", old), ("added", new), ("moved", new))
    )  # fmt: skip
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if escaped(key) not in gone}
        inner = {key: _patched(value, _at(old, key), _at(new, key), found) for key, value in kept.items()}
        return inner | {_key(step): change.after for step, change in come.items()}
    if not isinstance(data, list):
        return data
    sources = {int(step): int(change.before.rpartition("/")[2]) for step, change in moved.items()}
    taken = set(sources.values())
    staying = (i for i in range(len(data)) if str(i) not in gone and i not in taken)
    result = []
    for place in range(len(data) - len(gone) + len(come)):
        if str(place) in come:
            result.append(come[str(place)].after)
        else:
            source = sources[place] if place in sources else next(staying)
            result.append(_patched(data[source], f"{old}/{source}", f"{new}/{place}", found))
    assert next(staying, None) is None
    return result


def _at(pointer: str, key: str) -> str:
    return f"{pointer}/{escaped(key)}"


def _key(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
