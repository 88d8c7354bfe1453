"""The data of a person's edit: a file of JSON or YAML, or single values set by their paths.

Every fault is located: in the file by line and column, else by the `--set` that brought it. Whether the data
may be kept is the store's to say; here they are read and held against the schema.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cine_forge.kernel.artifacts.schemas.json_shape import escaped
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import ArtifactError, Fault, UsageError, listed, nearest
from cine_forge.kernel.ground.source import Source, found_in, parse_source
from cine_forge.kernel.ground.yaml_text import YamlText

STDIN = "-"

_ENVELOPE = frozenset({"ref", "schema_name", "digest", "data"})
_TWICE = "CF-U205"
_WORD = re.compile(r"[\w.+~-]*")

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class EditedData:
    """The data as a person wants them. `within` leads to them in the file; `sets` are paths that were set.

    `of` is the ref that a file says that it holds, which what `artifacts show` prints does.
    """

    value: dict[str, Any]
    source: Source | None = None
    within: Steps = ()
    sets: tuple[Steps, ...] = ()
    of: str | None = None

    def check(self, schema: str, registry: SchemaRegistry) -> None:
        """Refuse data that do not fit a schema. Raises ArtifactError with every fault, located."""
        faults = registry.validate(schema, self.value)
        if faults:
            raise ArtifactError(*(fault._replace(where=self._where(fault.where)) for fault in faults))

    def _where(self, pointer: str) -> str:
        steps = _steps_of(pointer, self.value)
        if self.source is not None:
            return f"{self.source.where(*self.within, *steps)} {pointer}"
        brought = [path for path in self.sets if steps[: len(path)] == path]
        return f"--set {_pointer(brought[-1])}" if brought else pointer


def read_data(file: str) -> EditedData:
    """Read a file, or stdin for `-`. What `artifacts show` prints is taken too: its data are meant.

    Raises UsageError CF-U053 for what holds no mapping, CF-U201 to CF-U210 for a text that cannot be read.
    """
    name = "stdin" if file == STDIN else file
    source = _parsed(_text_of(file, name), name)
    value: Any = source.value
    within: Steps = ()
    of: str | None = None
    if isinstance(value, dict) and value.keys() >= _ENVELOPE:
        value, within, of = value["data"], ("data",), str(value["ref"])
    if not isinstance(value, dict):
        what = f"an artifact's data are a mapping, found {found_in(value)}"
        raise UsageError(Fault("CF-U053", what, source.where(*within)))
    return EditedData(value, source, within, of=of)


def set_values(data: dict[str, Any], assignments: Sequence[str]) -> EditedData:
    """Return the data with values put at paths: `/lines/0/text=Hello` or `lines.0.text=Hello`.

    A number, `true`, `false`, `null`, text in quotes, `[…]` and `{…}` are read as in YAML, anything else is
    text as it stands; `-` as the last step of a list's path adds to its end. Raises UsageError CF-U054 with
    every path that leads nowhere.
    """
    value: dict[str, Any] = json.loads(json.dumps(data))
    faults: list[Fault] = []
    paths: list[Steps] = []
    for assignment in assignments:
        try:
            paths.append(_set(value, assignment))
        except UsageError as error:
            faults += error.faults
    if faults:
        raise UsageError(*faults)
    return EditedData(value, sets=tuple(paths))


def _text_of(file: str, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"byte {error.object[error.start]:#04x} is not UTF-8"
        raise UsageError(Fault("CF-U053", what, name, "save the file as UTF-8")) from None


def _parsed(text: str, name: str) -> Source:
    """Read JSON as JSON, so that its numbers and escapes mean what they do there; anything else as YAML."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except ValueError:
        return parse_source(text, name, family=UsageError)
    spaced = text.replace("\t", " ")
    twice = [fault for fault in YamlText(name, spaced).faults if fault.code == _TWICE]
    if twice:
        raise UsageError(*twice)
    return Source(name, value, spaced)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is no number of JSON")


def _set(data: dict[str, Any], assignment: str) -> Steps:
    """Put one value at its path and return the path, with places of lists as numbers."""
    path, equals, text = assignment.partition("=")
    if not equals or not path.strip("/."):
        raise UsageError(Fault("CF-U054", f"`{assignment}` sets nothing", "--set", "write `path=value`"))
    value = _value(text, f"--set {path}")
    words = _unescaped(path) if path.startswith("/") else path.split(".")
    holder: Any = data
    steps: list[str | int] = []
    for word in words[:-1]:
        steps.append(_step(holder, word, path, new=False))
        holder = holder[steps[-1]]
    last = _step(holder, words[-1], path, new=True)
    if isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return (*steps, last)


def _value(text: str, where: str) -> Any:
    written = text[:1] in ("[", "{") or (len(text) > 1 and text[0] == text[-1] and text[0] in "\"'")
    if written or _WORD.fullmatch(text):
        return parse_source(text, where, family=UsageError).value
    return text


def _step(holder: Any, word: str, path: str, *, new: bool) -> str | int:
    """Return one step of a path, which may be `new` at its end. Raises UsageError CF-U054."""
    where = f"--set {path}"
    if isinstance(holder, dict):
        if new or word in holder:
            return word
        hint = nearest(word, holder) or f"there are {listed(sorted(holder))}"
        raise UsageError(Fault("CF-U054", f"there is no `{word}`", where, hint))
    if isinstance(holder, list):
        if new and word == "-":
            return len(holder)
        if word.isdecimal() and int(word) < len(holder):
            return int(word)
        hint = f"places count from 0 to {len(holder) - 1}, and `-` adds one" if holder else "`-` adds one"
        raise UsageError(Fault("CF-U054", f"the list has no place `{word}`", where, hint))
    raise UsageError(Fault("CF-U054", f"`{word}` leads into {found_in(holder)}", where))


def _steps_of(pointer: str, data: Any) -> Steps:
    """Return a JSON pointer as steps, a number where the data have a list."""
    steps: list[str | int] = []
    for word in _unescaped(pointer) if pointer not in ("", "/") else ():
        step: str | int = int(word) if isinstance(data, list) and word.isdecimal() else word
        steps.append(step)
        data = _within(data, step)
    return tuple(steps)


def _within(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _unescaped(pointer: str) -> list[str]:
    return [word.replace("~1", "/").replace("~0", "~") for word in pointer[1:].split("/")]


def _pointer(steps: Steps) -> str:
    return "".join(f"/{escaped(str(step))}" for step in steps)
