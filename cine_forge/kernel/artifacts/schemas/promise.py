"""Promises: whether data of one shape always has what the reader of another shape requires.

Planning asks it when a recipe feeds an input with an output of another schema. What counts is what the
reader requires, never that some names overlap: each required field must be required of the maker too,
and be of a kind, an enumeration, a nested shape that the reader accepts. Ranges, patterns and the
reader's `additionalProperties` are not weighed: they bound values, and make no field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.schemas.json_shape import escaped

_MOST_DEPTH = 32

Shape = dict[str, Any]


class Lack(NamedTuple):
    """A field (JSON pointer) that a reader requires and a maker does not promise, and why."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"`{self.pointer or '/'}` {self.what}"


def lacks(maker: Shape, reader: Shape) -> tuple[Lack, ...]:
    """Return what data of `maker`'s shape does not always give to a reader of `reader`'s shape."""
    return tuple(_Comparison(maker, reader).lacks(maker, reader, "", 0))


class _Comparison(NamedTuple):
    """Two whole schemas; `$ref` leads to the `$defs` of the one that it stands in."""

    maker: Shape
    reader: Shape

    def lacks(self, made: Shape, read: Shape, pointer: str, depth: int) -> Iterator[Lack]:
        """Yield what is missing at `pointer`, nested fields included."""
        if depth > _MOST_DEPTH:
            return
        wanted = _alternatives(read, self.reader)
        for one in _alternatives(made, self.maker):
            tries = [tuple(self._lacks_of_one(one, other, pointer, depth)) for other in wanted]
            if tries and all(tries):
                yield from min(tries, key=len)
                return

    def _lacks_of_one(self, made: Shape, read: Shape, pointer: str, depth: int) -> Iterator[Lack]:
        odd = sorted(_kinds(made) - _accepted(_kinds(read)))
        if odd:
            yield Lack(pointer, f"may be {' or '.join(odd)} and must be {' or '.join(sorted(_kinds(read)))}")
            return
        allowed, given = _values(read), _values(made)
        if allowed is not None and (given is None or any(value not in allowed for value in given)):
            yield Lack(pointer, f"may be something else than {', '.join(f'`{one}`' for one in allowed)}")
            return
        if "object" in _kinds(read):
            yield from self._lacks_of_fields(made, read, pointer, depth)
        if "items" in read and "array" in _kinds(read):
            items = made.get("items", {})
            yield from self.lacks(items, read["items"], f"{pointer}/*", depth + 1)

    def _lacks_of_fields(self, made: Shape, read: Shape, pointer: str, depth: int) -> Iterator[Lack]:
        promised = set(made.get("required", ()))
        for name in read.get("required", ()):
            place = f"{pointer}/{escaped(name)}"
            inner = read.get("properties", {}).get(name, {})
            if name not in promised:
                state = "may be missing" if name in made.get("properties", {}) else "is not there"
                yield Lack(place, state)
            else:
                yield from self.lacks(made.get("properties", {}).get(name, {}), inner, place, depth + 1)


_KINDS = frozenset({"object", "array", "string", "boolean", "null", "number", "integer"})


def _kinds(shape: Shape) -> frozenset[str]:
    """Return the JSON types that a shape allows; without a word on it, all."""
    said = shape.get("type")
    if said is None:
        values = _values(shape)
        return _KINDS if values is None else frozenset(_kind(value) for value in values)
    return frozenset([said] if isinstance(said, str) else said)


def _accepted(kinds: frozenset[str]) -> frozenset[str]:
    return kinds | {"integer"} if "number" in kinds else kinds


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    named = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return named.get(type(value), "null")


def _values(shape: Shape) -> tuple[Any, ...] | None:
    if "const" in shape:
        return (shape["const"],)
    return tuple(shape["enum"]) if "enum" in shape else None


def _alternatives(shape: Shape, whole: Shape, depth: int = 0) -> list[Shape]:
    """Return the shapes that a shape stands for: `$ref` followed, `anyOf` and `oneOf` taken apart."""
    if depth > _MOST_DEPTH:
        return [{}]
    if "$ref" in shape:
        name = str(shape["$ref"]).rpartition("/")[2]
        return _alternatives(whole.get("$defs", {}).get(name, {}), whole, depth + 1)
    several = shape.get("anyOf") or shape.get("oneOf")
    if several:
        return [one for inner in several for one in _alternatives(inner, whole, depth + 1)]
    if len(shape.get("allOf", ())) == 1:
        return _alternatives(shape["allOf"][0], whole, depth + 1)
    return [shape]
