"""The strict reader of YAML text: plain data, and the place of every key and value.

Only `source` calls it. The text may be hostile, so it walks the parser's events with its own stack:
depth, aliases, anchors, merge keys and tags are refused where they stand instead of being built first.
Text stays text: of YAML 1.1's surprises (`no`, `12:30`, `0x1F`, `1e3`, dates) none is converted; a plain
scalar is a number, a truth value or null only in the form that YAML 1.2's core schema shares with JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import yaml

from cine_forge.kernel.ground.errors import Fault

MAX_DEPTH = 64
MAX_FAULTS = 20

Steps = tuple[str | int, ...]
Place = tuple[int, int]

_WRITE_OUT = "write the value out where it is used"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?")
_NUMERIC = frozenset("+-0123456789")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Stop(Exception):
    """The rest of the text cannot be read sensibly."""


@dataclass(slots=True)
class _Frame:
    """An open mapping or list. A mapping waits for a key while `key` is None."""

    items: dict[str, Any] | list[Any]
    is_list: bool
    path: Steps
    key: str | None = None


class YamlText:
    """One walk over a text, done on construction.

    `value` is the plain data, worth something only without `faults` (at most MAX_FAULTS, in the order of
    the text). `keys` and `values` map paths to lines and columns from 1; they are filled only when `placed`.
    """

    def __init__(self, name: str, text: str, *, placed: bool = False) -> None:
        self.name = name
        self.value: Any = None
        self.faults: list[Fault] = []
        self.keys: dict[Steps, Place] = {}
        self.values: dict[Steps, Place] = {}
        self._placed = placed
        self._documents = 0
        self._stack: list[_Frame] = []
        try:
            self._walk(_events(text))
        except _Stop:
            pass
        except yaml.MarkedYAMLError as error:
            self._refuse_syntax(error)
        except yaml.YAMLError as error:
            self.faults.append(Fault("CF-U204", f"this is not YAML: {_plain(error)}", name))

    def _walk(self, events: Iterator[Any]) -> None:
        takers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._take_scalar,
            yaml.MappingStartEvent: lambda event: self._open({}, event),
            yaml.SequenceStartEvent: lambda event: self._open([], event),
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._take_alias,
            yaml.DocumentStartEvent: self._begin_document,
        }
        for event in events:
            take = takers.get(type(event))
            if take is not None:
                take(event)

    def _begin_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._refuse("CF-U210", event, "a second document begins here", "keep one document in a file")
            raise _Stop

    def _take_alias(self, event: Any) -> None:
        self._refuse("CF-U206", event, f"alias `*{event.anchor}` is not accepted", _WRITE_OUT)
        self._put(None, event)

    def _take_scalar(self, event: Any) -> None:
        if event.anchor or event.tag:
            self._refuse_marks(event)
        text: str = event.value
        value = text if event.style else _resolved(text)
        frame = self._stack[-1] if self._stack else None
        if frame is None or frame.is_list or frame.key is not None:
            self._put(value, event)
        else:
            self._take_key(frame, value, event)

    def _take_key(self, frame: _Frame, value: Any, event: Any) -> None:
        if event.value == "<<" and not event.style:
            self._refuse("CF-U206", event, "merge key `<<` is not accepted", _WRITE_OUT)
        elif not isinstance(value, str):
            name = _short(event.value)
            self._refuse("CF-U209", event, f"key `{name}` is not text", f'quote it: "{name}"')
        elif value in frame.items:
            name = _short(event.value)
            self._refuse("CF-U205", event, f"key `{name}` stands here a second time", "keep one of the two")
        frame.key = event.value
        if self._placed:
            self.keys[(*frame.path, event.value)] = _place(event)

    def _open(self, items: dict[str, Any] | list[Any], event: Any) -> None:
        if event.anchor or event.tag:
            self._refuse_marks(event)
        frame = self._stack[-1] if self._stack else None
        if frame and not frame.is_list and frame.key is None:
            self._refuse("CF-U209", event, "a key cannot be a mapping or a list", "write text before `:`")
            raise _Stop
        if len(self._stack) >= MAX_DEPTH:
            self._refuse("CF-U208", event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
            raise _Stop
        path = self._put(items, event)
        self._stack.append(_Frame(items, isinstance(items, list), path))

    def _close(self, event: Any) -> None:
        self._stack.pop()

    def _put(self, value: Any, event: Any) -> Steps:
        """Put a value where it belongs; return its path when places are wanted, else an empty one."""
        frame = self._stack[-1] if self._stack else None
        step: str | int | None = None
        if frame is None:
            self.value = value
        elif isinstance(frame.items, list):
            frame.items.append(value)
            step = len(frame.items) - 1
        elif frame.key is not None:
            step, frame.key = frame.key, None
            frame.items[step] = value
        else:
            self._refuse("CF-U209", event, "a key cannot be an alias", "write text before `:`")
            raise _Stop
        if not self._placed:
            return ()
        path = () if frame is None or step is None else (*frame.path, step)
        self.values[path] = _place(event)
        if isinstance(step, int):
            self.keys[path] = self.values[path]
        return path

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor:
            self._refuse("CF-U206", event, f"anchor `&{event.anchor}` is not accepted", _WRITE_OUT)
        if event.tag:
            hint = "leave it out; quote what shall be text"
            self._refuse("CF-U207", event, f"tag `{_short(event.tag)}` is not accepted", hint)

    def _refuse(self, code: str, event: Any, what: str, hint: str) -> None:
        line, column = _place(event)
        self.faults.append(Fault(code, what, f"{self.name}:{line}:{column}", hint))
        if len(self.faults) >= MAX_FAULTS:
            raise _Stop

    def _refuse_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        where = f"{self.name}:{mark.line + 1}:{mark.column + 1}" if mark else self.name
        during = f" ({error.context})" if error.context else ""
        hint = "check indentation, colons and quotes at this place"
        self.faults.append(Fault("CF-U204", f"this is not YAML: {error.problem}{during}", where, hint))


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.CSafeLoader(text).get_event, None)


def _resolved(text: str) -> str | int | float | bool | None:
    """Return what a plain scalar means; numbers beyond 18 digits or a float's range stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and isfinite(number := float(text)):
        return number
    return text


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _plain(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
