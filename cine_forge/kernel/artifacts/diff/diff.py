"""The difference between two versions, computed when it is asked for; nothing is stored.

Fields are told by path. List elements are aligned first, so that inserting one is one addition and not a
change of all that follow, and one that names itself is found again where it moved to. Media are compared by
name: their bytes and what was measured of them, not where they lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cine_forge.kernel.artifacts.diff.alignment import align
from cine_forge.kernel.artifacts.records.envelope import Envelope, MediaFile
from cine_forge.kernel.artifacts.schemas.json_shape import escaped
from cine_forge.kernel.ground.hashing import canonical_json

_MOST_DEPTH = 64
_MEASURED = ("sha256", "bytes", "media_type", "width", "height", "fps", "seconds")


class FieldChange(NamedTuple):
    """One difference. `path` is a JSON pointer: into the old data when removed, else into the new.

    A `moved` element has its old and its new pointer for `before` and `after`; what changed within it is told
    apart from that.
    """

    path: str
    kind: Literal["added", "removed", "changed", "moved"]
    before: Any
    after: Any


class MediaChange(NamedTuple):
    """One media file that differs: what was measured of it before and after, None where it was not there.

    `moved` says that it only stands at another place among the media, which counts in the digest.
    """

    name: str
    kind: Literal["added", "removed", "changed", "moved"]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class VersionDiff(NamedTuple):
    """What differs between two versions. Empty exactly when their schema, data and media are the same."""

    schemas: tuple[str, str] | None
    fields: tuple[FieldChange, ...]
    media: tuple[MediaChange, ...]

    def __bool__(self) -> bool:
        return bool(self.schemas or self.fields or self.media)


def diff_versions(old: Envelope, new: Envelope) -> VersionDiff:
    """Return what differs from one version to another, of the same artifact or not."""
    schemas = (old.schema_name, new.schema_name) if old.schema_name != new.schema_name else None
    return VersionDiff(schemas, diff_data(old.data, new.data), diff_media(old.media, new.media))


def diff_data(a: Any, b: Any) -> tuple[FieldChange, ...]:
    """Return every field that differs from `a` to `b`, in the order of the fields' names and places."""
    return tuple(_changes(a, b, "", "", 0))


def diff_media(a: Sequence[MediaFile], b: Sequence[MediaFile]) -> tuple[MediaChange, ...]:
    """Return every media file that differs, the removed first, then in the order of `b`."""
    old, new = ({file.name: file.model_dump(include=set(_MEASURED)) for file in side} for side in (a, b))
    alignment = align([{"name": name} for name in old], [{"name": name} for name in new])
    moved = {list(new)[place] for _, place in alignment.moved}
    gone = [MediaChange(name, "removed", old[name], None) for name in old if name not in new]
    come = [
        MediaChange(name, "added" if name not in old else _kind(old[name], facts), old.get(name), facts)
        for name, facts in new.items()
        if old.get(name) != facts or name in moved
    ]
    return (*gone, *come)


def _kind(old: Mapping[str, Any], new: Mapping[str, Any]) -> Literal["changed", "moved"]:
    return "moved" if old == new else "changed"


def _changes(a: Any, b: Any, old: str, new: str, depth: int) -> Iterator[FieldChange]:
    """Compare what stands at the pointers `old` and `new`; what is nested too deep is one change."""
    if depth < _MOST_DEPTH and isinstance(a, dict) and isinstance(b, dict):
        yield from _fields(a, b, old, new, depth)
    elif depth < _MOST_DEPTH and isinstance(a, list | tuple) and isinstance(b, list | tuple):
        yield from _elements(a, b, old, new, depth)
    elif canonical_json(a) != canonical_json(b):
        yield FieldChange(new, "changed", a, b)


def _fields(a: dict[str, Any], b: dict[str, Any], old: str, new: str, depth: int) -> Iterator[FieldChange]:
    for key in sorted({*a, *b}):
        step = f"/{escaped(key)}"
        if key not in b:
            yield FieldChange(old + step, "removed", a[key], None)
        elif key not in a:
            yield FieldChange(new + step, "added", None, b[key])
        else:
            yield from _changes(a[key], b[key], old + step, new + step, depth + 1)


def _elements(a: Sequence[Any], b: Sequence[Any], old: str, new: str, depth: int) -> Iterator[FieldChange]:
    """Tell the removed elements by their old places, then what became of each new place."""
    alignment = align(a, b)
    kept = {i for i, _ in alignment.pairs}
    partner = {j: i for i, j in alignment.pairs}
    yield from (FieldChange(f"{old}/{i}", "removed", a[i], None) for i in range(len(a)) if i not in kept)
    for j in range(len(b)):
        if j not in partner:
            yield FieldChange(f"{new}/{j}", "added", None, b[j])
            continue
        before, after = f"{old}/{partner[j]}", f"{new}/{j}"
        if (partner[j], j) in alignment.moved:
            yield FieldChange(after, "moved", before, after)
        yield from _changes(a[partner[j]], b[j], before, after, depth + 1)
