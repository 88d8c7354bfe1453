"""The shape of private data: a small, honest subset of JSON Schema.

A module's own types are JSON Schema files. What this file understands it checks; a keyword that it does
not understand is refused by name when the schema is registered, never ignored. All faults are collected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest
from cine_forge.kernel.ground.hashing import canonical_json

_REMARKS = ("$schema", "$id", "$comment", "title", "description", "default", "examples")
_RULES = (
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "minimum",
    "maximum",
    "pattern",
)
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list | tuple),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
}


class Misfit(NamedTuple):
    """One place where data does not fit: a JSON pointer and a sentence."""

    pointer: str
    what: str


def check_shape(schema: Any, name: str) -> None:
    """Refuse a schema that says more than is understood. Raises ArtifactError CF-A032, all faults at once."""
    faults = [
        Fault("CF-A032", f"the schema `{name}` {what}", pointer, hint)
        for pointer, what, hint in _unknown(schema, "")
    ]
    if faults:
        raise ArtifactError(*faults)


def misfits(schema: dict[str, Any], data: Any, pointer: str = "") -> Iterator[Misfit]:
    """Yield every place where `data` does not fit `schema`, in the order of the data."""
    kinds = schema.get("type")
    if kinds is not None and not _is_one_of(data, kinds):
        yield Misfit(pointer, f"expected {_say_types(kinds)}, found {_say_type(data)}")
        return
    yield from _value_misfits(schema, data, pointer)
    if isinstance(data, dict):
        yield from _object_misfits(schema, data, pointer)
    elif isinstance(data, list | tuple) and "items" in schema:
        for position, item in enumerate(data):
            yield from misfits(schema["items"], item, f"{pointer}/{position}")


def escaped(key: str) -> str:
    """Return a key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _value_misfits(schema: dict[str, Any], data: Any, pointer: str) -> Iterator[Misfit]:
    if "const" in schema and not _equal(data, schema["const"]):
        yield Misfit(pointer, f"expected {canonical_json(schema['const'])}, found {_short(data)}")
    if "enum" in schema and not any(_equal(data, known) for known in schema["enum"]):
        texts = [known for known in schema["enum"] if isinstance(known, str)]
        close = nearest(data, texts) if isinstance(data, str) else ""
        allowed = listed([str(known) for known in schema["enum"]])
        yield Misfit(
            pointer, f"expected one of {allowed}, found {_short(data)}" + (f"; {close}" if close else "")
        )
    if _TYPES["number"](data):
        if "minimum" in schema and data < schema["minimum"]:
            yield Misfit(pointer, f"expected at least {schema['minimum']}, found {data}")
        if "maximum" in schema and data > schema["maximum"]:
            yield Misfit(pointer, f"expected at most {schema['maximum']}, found {data}")
    if isinstance(data, str) and "pattern" in schema and not re.search(schema["pattern"], data):
        yield Misfit(pointer, f"expected text like `{schema['pattern']}`, found {_short(data)}")


def _object_misfits(schema: dict[str, Any], data: dict[str, Any], pointer: str) -> Iterator[Misfit]:
    known = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in data:
            yield Misfit(f"{pointer}/{escaped(key)}", f"the field `{key}` is missing")
    extra = schema.get("additionalProperties", True)
    for key, value in data.items():
        place = f"{pointer}/{escaped(str(key))}"
        if key in known:
            yield from misfits(known[key], value, place)
        elif extra is False:
            close = nearest(str(key), known)
            yield Misfit(place, f"the field `{key}` is unknown" + (f"; {close}" if close else ""))
        elif isinstance(extra, dict):
            yield from misfits(extra, value, place)


def _unknown(schema: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(schema, dict):
        yield pointer or "/", "is no object", "a schema is a JSON object"
        return
    for key, value in schema.items():
        if key not in _RULES and key not in _REMARKS:
            hint = nearest(key, _RULES) or f"understood are {listed(_RULES)}"
            yield f"{pointer}/{escaped(key)}", f"uses the keyword `{key}`, which is not understood", hint
        else:
            yield from _bad_value(key, value, f"{pointer}/{escaped(key)}")
    for key, inner in _inner(schema):
        yield from _unknown(inner, f"{pointer}/{key}")


def _bad_value(key: str, value: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    if key == "type":
        for kind in value if isinstance(value, list) else [value]:
            if kind not in _TYPES:
                yield pointer, f"names the type `{kind}`", nearest(str(kind), _TYPES) or listed(list(_TYPES))
    elif key == "pattern":
        try:
            re.compile(value)
        except (re.error, TypeError) as error:
            yield pointer, f"has a pattern that cannot be read: {error}", "write a regular expression"
    elif key in ("required", "enum") and not isinstance(value, list):
        yield pointer, f"has a `{key}` that is no list", "write a JSON list"
    elif key in ("minimum", "maximum") and not _TYPES["number"](value):
        yield pointer, f"has a `{key}` that is no number", "write a number"
    elif key == "properties" and not isinstance(value, dict):
        yield pointer, "has `properties` that are no object", "write a JSON object"


def _inner(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        yield from ((f"properties/{escaped(key)}", inner) for key, inner in properties.items())
    if "items" in schema:
        yield "items", schema["items"]
    if not isinstance(schema.get("additionalProperties", True), bool):
        yield "additionalProperties", schema["additionalProperties"]


def _is_one_of(data: Any, kinds: str | list[str]) -> bool:
    return any(_TYPES[kind](data) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _equal(one: Any, other: Any) -> bool:
    return canonical_json(one) == canonical_json(other)


def _say_types(kinds: str | list[str]) -> str:
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _say_type(data: Any) -> str:
    return next((kind for kind, fits in _TYPES.items() if fits(data)), type(data).__name__)


def _short(data: Any) -> str:
    text = canonical_json(data)
    return text if len(text) <= 60 else text[:57] + "..."
