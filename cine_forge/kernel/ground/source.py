"""YAML files written by people: their data, and the `file:line:column` of every key and value.

Recipes, manifests, project files and settings all come through here, and are fitted to their model
here, so that each fault has the same form: place, found, expected, nearest name, next command. What the
data means is not decided here.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cine_forge.kernel.ground.errors import CineForgeError, Fault, ProjectError, listed, nearest
from cine_forge.kernel.ground.yaml_text import Place, Steps, YamlText

MAX_BYTES = 8 * 1024 * 1024
_REMEMBERED = 32 * 1024
"""Texts up to so many signs are remembered: one process reads the same manifests and profiles many times."""

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "none_required": "nothing",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_too_short": "text that is not empty",
}
_QUOTED = re.compile(r"'([^']*)'")

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Source:
    """The plain data of one YAML text. `name` is what messages call the file."""

    name: str
    value: Any
    text: str = field(default="", repr=False, compare=False)

    def where(self, *path: str | int) -> str:
        """Return `file:line:column` (from 1) of the key or item at `path`, or of the nearest above it."""
        return self.said(self.place(*path))

    def place(self, *path: str | int) -> Place:
        """Return line and column (from 1) of the key or item at `path`, or of the nearest above it."""
        return _nearest_place(self._placed.keys, path)

    def place_of_value(self, *path: str | int) -> Place:
        """Return line and column of the value itself, which may stand lines below its key."""
        return _nearest_place(self._placed.values, path)

    def said(self, place: Place) -> str:
        """Write a place as `file:line:column`."""
        return f"{self.name}:{place[0]}:{place[1]}"

    def fault(self, code: str, what: str, *path: str | int, hint: str = "") -> Fault:
        """Return a fault that stands at the key or item at `path`."""
        return Fault(code, what, self.where(*path), hint)

    @cached_property
    def _placed(self) -> YamlText:
        """Read the text a second time with places; only a fault asks for them."""
        return YamlText(self.name, self.text, placed=True)


def _nearest_place(places: dict[Steps, Place], path: Steps) -> Place:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, (1, 1))


def load_source(path: Path, *, family: type[CineForgeError] = ProjectError, command: str = "") -> Source:
    """Read a YAML file. `command` says what lists the valid names when the file is missing.

    Raises `family` with CF-U201 (no such file) to CF-U210; see docs/errors/sources.md.
    """
    return parse_source(_text_of(path, family, command), str(path), family=family)


def survey_source(
    path: Path, *, family: type[CineForgeError] = ProjectError
) -> tuple[Source, tuple[Fault, ...]]:
    """Read a YAML file likewise, but return the faults of keys that stand twice."""
    text = _text_of(path, family, "")
    read = YamlText(str(path), text)
    if any(fault.code != "CF-U205" for fault in read.faults):
        raise family(*read.faults)
    return Source(str(path), read.value, text), tuple(read.faults)


def _text_of(path: Path, family: type[CineForgeError], command: str) -> str:
    try:
        facts = path.stat()
    except (OSError, ValueError):
        raise family(missing_file(path, command)) from None
    if not stat.S_ISREG(facts.st_mode):
        raise family(Fault("CF-U202", f"`{path}` is not a file", hint="name a YAML file, not a folder"))
    if facts.st_size > MAX_BYTES:
        raise family(_oversized(str(path), facts.st_size))
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        what = f"`{path}` cannot be read: {error.strerror}"
        raise family(Fault("CF-U202", what, hint=f"check who may read it: `ls -l {path}`")) from None
    return _decoded(content, str(path), family)


def parse_source(text: str, name: str, *, family: type[CineForgeError] = ProjectError) -> Source:
    """Read YAML text. An empty text has the value None. Raises `family` with every fault found."""
    if len(text) > MAX_BYTES:
        raise family(_oversized(name, len(text)))
    if len(text) <= _REMEMBERED and (known := _sound(text)):
        return Source(name, _copied(known[0]), text)
    read = YamlText(name, text)
    if read.faults:
        raise family(*read.faults)
    return Source(name, read.value, text)


@lru_cache(maxsize=512)
def _sound(text: str) -> tuple[Any] | None:
    """Return the data of a text without a fault, or None; a text that comes again is not walked again."""
    read = YamlText("", text)
    return None if read.faults else (read.value,)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(below) for key, below in value.items()}
    return [_copied(below) for below in value] if isinstance(value, list) else value


def missing_file(path: Path, command: str = "") -> Fault:
    """Return CF-U201 for a file that is not there, with the nearest name in its folder."""
    folder = path.parent
    try:
        names = sorted(found.name for found in folder.iterdir())
    except (OSError, ValueError):
        what = f"there is no file `{path}`: its folder does not exist"
        return Fault("CF-U201", what, hint=command or f"`ls {_standing(folder)}` lists what is there")
    hints = (nearest(path.name, names), command or f"`ls {folder}` lists what is there")
    return Fault("CF-U201", f"there is no file `{path}`", hint="; ".join(filter(None, hints)))


def _standing(folder: Path) -> Path:
    """Return the nearest folder above that exists."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _oversized(name: str, size: int) -> Fault:
    what = f"`{name}` has {size:,} bytes; at most {MAX_BYTES:,} are read"
    return Fault("CF-U203", what, hint="split it, or keep the bulk in a data file of its own")


def _decoded(content: bytes, name: str, family: type[CineForgeError]) -> str:
    if len(content) > MAX_BYTES:
        raise family(_oversized(name, len(content)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte {content[error.start]:#04x} is not UTF-8"
        raise family(Fault("CF-U202", what, f"{name}:{line}:1", "save the file as UTF-8")) from None


def validate_model(
    source: Source, model: type[Model], *, family: type[CineForgeError], code: str, command: str = ""
) -> Model:
    """Fit the source to a model. `command` says what lists the valid keys.

    Raises `family` with one fault of `code` for each thing that does not fit, in the order of the text.
    """
    if not isinstance(source.value, dict):
        what = f"expected a mapping of keys, found {found_in(source.value)}"
        raise family(Fault(code, what, source.where(), command))
    try:
        return model.model_validate(source.value)
    except ValidationError as error:
        raise family(*faults_of(error, source, model, code=code, command=command)) from None


def faults_of(
    error: ValidationError, source: Source, model: type[BaseModel], *, code: str, command: str = ""
) -> tuple[Fault, ...]:
    """Turn what pydantic refused into located faults, one a place, in the order of the text."""
    gathered: dict[tuple[Steps, bool], list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        missing = detail["type"] == "missing"
        path = _path_in(source.value, detail["loc"], keep_last=missing)
        gathered.setdefault((path, missing), []).append(detail)
    found = [_fault(source, model, path, details) for (path, _), details in gathered.items()]
    found.sort(key=lambda fault: fault[1])
    return tuple(
        Fault(code, what, source.said(place), "\n    ".join(filter(None, (hint, command))))
        for what, place, hint in found
    )


def found_in(value: Any) -> str:
    """Say what a value of plain data is, for a sentence."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"text `{value[:57] + '...' if len(value) > 60 else value}`"
        case _:
            return f"the number `{value}`"


def _path_in(value: Any, loc: Iterable[str | int], *, keep_last: bool) -> Steps:
    """Return the part of pydantic's `loc` that is a path of the data: no union members, no `[key]`."""
    path: list[str | int] = []
    steps = list(loc)
    for step in steps:
        if _has(value, step):
            value = value[step]
            path.append(step)
    return (*path, steps[-1]) if keep_last else tuple(path)


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _fault(
    source: Source, model: type[BaseModel], path: Steps, details: list[ErrorDetails]
) -> tuple[str, Place, str]:
    """Return what is wrong, its place, and a hint."""
    kinds = {detail["type"] for detail in details}
    if kinds == {"missing"}:
        return f"{_name_of(path[:-1])}key `{path[-1]}` is missing", source.place(*path[:-1]), "add it"
    if "extra_forbidden" in kinds:
        known = _keys_at(model, path[:-1])
        hints = (nearest(str(path[-1]), known), f"keys here: {listed(known)}" if known else "")
        return (
            f"{_name_of(path[:-1])}unknown key `{path[-1]}`",
            source.place(*path),
            "; ".join(filter(None, hints)),
        )
    expected = " or ".join(dict.fromkeys(_expected(detail) for detail in details))
    found = details[0]["input"]
    what = f"{_name_of(path)}expected {expected}, found {found_in(found)}"
    choices = [name for detail in details for name in _choices(detail)]
    hint = nearest(found, choices) if isinstance(found, str) else ""
    return what, source.place_of_value(*path), hint


def _expected(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "literal_error" | "enum":
            return f"one of {listed(_choices(detail))}"
        case "greater_than_equal":
            return f"at least {context['ge']:g}"
        case "less_than_equal":
            return f"at most {context['le']:g}"
        case kind if kind in _EXPECTED:
            return _EXPECTED[kind]
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return message[:1].lower() + message[1:]


def _choices(detail: ErrorDetails) -> list[str]:
    if detail["type"] not in ("literal_error", "enum"):
        return []
    return _QUOTED.findall(str(detail.get("ctx", {}).get("expected", "")))


def _name_of(path: Steps) -> str:
    text = ".".join(str(step) for step in path)
    return f"`{text}`: " if text else ""


def _keys_at(model: type[BaseModel], path: Steps) -> list[str]:
    """Return the keys that may stand in the mapping at `path`; empty when more than one shape may."""
    annotation: Any = model
    for step in path:
        shapes = list(_shapes(annotation))
        if len(shapes) != 1:
            return []
        annotation = _below(shapes[0], step)
    models = [shape for shape in _shapes(annotation) if _is_model(shape)]
    return [field.alias or name for shape in models for name, field in shape.model_fields.items()]


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _shapes(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, None left out; anything else is its own one shape."""
    if get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _shapes(member)
    elif annotation is not type(None):
        yield annotation


def _below(shape: Any, step: str | int) -> Any:
    """Return the annotation of what stands at `step` within `shape`."""
    if _is_model(shape):
        for name, field in shape.model_fields.items():
            if step in (field.alias, name):
                return field.annotation
    arguments = [argument for argument in get_args(shape) if argument is not Ellipsis]
    return arguments[-1] if arguments else None
