"""The difference between two versions' data, computed when it is asked for; nothing is stored.

List elements are aligned first, so that inserting one element is one addition and not a change of all that
follow. Elements that name themselves with an `id` are compared with the element of the same id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from cine_forge.kernel.artifacts.json_shape import escaped
from cine_forge.kernel.ground.hashing import canonical_json


@dataclass(frozen=True)
class FieldChange:
    """One difference. `path` is a JSON pointer: into the old data when removed, else into the new."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any


def diff_data(a: Any, b: Any) -> tuple[FieldChange, ...]:
    """Return every field that differs from `a` to `b`, in the order of the fields' names and places."""
    return tuple(_changes(a, b, ""))


def _changes(a: Any, b: Any, path: str) -> Iterator[FieldChange]:
    if isinstance(a, dict) and isinstance(b, dict):
        yield from _fields(a, b, path)
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
        yield from _elements(a, b, path)
    elif canonical_json(a) != canonical_json(b):
        yield FieldChange(path, "changed", a, b)


def _fields(a: dict[str, Any], b: dict[str, Any], path: str) -> Iterator[FieldChange]:
    for key in sorted({*a, *b}):
        place = f"{path}/{escaped(key)}"
        if key not in b:
            yield FieldChange(place, "removed", a[key], None)
        elif key not in a:
            yield FieldChange(place, "added", None, b[key])
        else:
            yield from _changes(a[key], b[key], place)


def _elements(a: Sequence[Any], b: Sequence[Any], path: str) -> Iterator[FieldChange]:
    texts_a, texts_b = [canonical_json(item) for item in a], [canonical_json(item) for item in b]
    for kind, start_a, end_a, start_b, end_b in SequenceMatcher(None, texts_a, texts_b, False).get_opcodes():
        if kind != "equal":
            yield from _block(a, b, path, range(start_a, end_a), range(start_b, end_b))


def _block(a: Sequence[Any], b: Sequence[Any], path: str, old: range, new: range) -> Iterator[FieldChange]:
    """Compare two stretches without a common element: paired by id, what bears no id by its place."""
    partner = _partners(a, b, old, new)
    yield from (
        FieldChange(f"{path}/{place}", "removed", a[place], None)
        for place in old
        if place not in partner.values()
    )
    for place in new:
        if place in partner:
            yield from _changes(a[partner[place]], b[place], f"{path}/{place}")
        else:
            yield FieldChange(f"{path}/{place}", "added", None, b[place])


def _partners(a: Sequence[Any], b: Sequence[Any], old: range, new: range) -> dict[int, int]:
    by_name: dict[str | None, list[int]] = {}
    for place in old:
        by_name.setdefault(_name(a[place]), []).append(place)
    partners = {}
    for place in new:
        waiting = by_name.get(_name(b[place]))
        if waiting:
            partners[place] = waiting.pop(0)
    return partners


def _name(item: Any) -> str | None:
    return canonical_json(item["id"]) if isinstance(item, dict) and "id" in item else None
