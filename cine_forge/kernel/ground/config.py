"""Config namespaces: free settings that are strict all the same, because their reader must ask for them.

Who owns some settings (a builder of prompts, a policy, a plug-in) reads each key by its kind. What was
asked for is consumed; `finish` refuses whatever nobody consumed. No default is silent: each one that is
used is told to a listener. Where settings come from, and who reads them, is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from math import isfinite
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar, overload

from cine_forge.kernel.ground.errors import CineForgeError, Fault, RecipeError, listed, nearest
from cine_forge.kernel.ground.source import found_in

Path = tuple[str | int, ...]
Where = Callable[[Path], str]
"""Returns `file:line:column` of a key, by its path below the namespace that was opened."""
OnDefault = Callable[[str, Any], None]
"""Hears of each default that is used, once: the key's full name and the default's value."""

Default = TypeVar("Default")


class _Required(Enum):
    REQUIRED = "required"


REQUIRED = _Required.REQUIRED
"""The default of a key that has none: it must be given."""


class Opening(NamedTuple):
    """How a namespace speaks: its name in messages, where its keys stand, who hears of defaults."""

    name: str = "config"
    where: Where = lambda path: ""
    on_default: OnDefault = lambda name, value: None
    family: type[CineForgeError] = RecipeError


_TOP = Opening()


class ConfigNamespace:
    """Settings that are read by typed getters; each getter consumes its key.

    A value that is refused becomes a fault; the getter then returns its default so that reading goes on,
    and `finish` raises every fault at once. A required key that is missing or refused raises at once.
    """

    def __init__(self, values: Mapping[str, Any], opening: Opening = _TOP, *, path: Path = ()) -> None:
        self._values = values
        self._opening = opening
        self._path = path
        self._read: dict[str, Any] = {}
        self._below: dict[str, tuple[ConfigNamespace, ...]] = {}
        self._faults: list[Fault] = []
        self._expected: tuple[str, ...] = ()

    @overload
    def text(self, key: str, *, choices: Sequence[str] = ..., pattern: str = ...) -> str: ...
    @overload
    def text(
        self, key: str, default: str | Default, *, choices: Sequence[str] = ..., pattern: str = ...
    ) -> str | Default: ...
    def text(
        self, key: str, default: Any = REQUIRED, *, choices: Sequence[str] = (), pattern: str = ""
    ) -> Any:
        """Return a text: one of `choices` when there are any, and like `pattern` as a whole."""

        def misfit(value: Any) -> str:
            if not isinstance(value, str):
                return "text"
            if choices and value not in choices:
                return f"one of {listed(list(choices))}" + _close(value, choices)
            return f"text like `{pattern}`" if pattern and not re.fullmatch(pattern, value) else ""

        return self._get(key, default, misfit)

    @overload
    def choice(self, key: str, choices: Sequence[str]) -> str: ...
    @overload
    def choice(self, key: str, choices: Sequence[str], default: str | Default) -> str | Default: ...
    def choice(self, key: str, choices: Sequence[str], default: Any = REQUIRED) -> Any:
        """Return one of `choices`."""
        return self.text(key, default, choices=choices)

    @overload
    def integer(self, key: str, *, min: int | None = ..., max: int | None = ...) -> int: ...
    @overload
    def integer(
        self, key: str, default: int | Default, *, min: int | None = ..., max: int | None = ...
    ) -> int | Default: ...
    def integer(
        self, key: str, default: Any = REQUIRED, *, min: int | None = None, max: int | None = None
    ) -> Any:
        """Return a whole number within `min` and `max`, both included."""

        def misfit(value: Any) -> str:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return _out_of_range(value, min, max) if whole else "a whole number"

        return self._get(key, default, misfit)

    @overload
    def number(self, key: str, *, min: float | None = ..., max: float | None = ...) -> float: ...
    @overload
    def number(
        self, key: str, default: float | Default, *, min: float | None = ..., max: float | None = ...
    ) -> float | Default: ...
    def number(
        self, key: str, default: Any = REQUIRED, *, min: float | None = None, max: float | None = None
    ) -> Any:
        """Return a number, whole or not, within `min` and `max`, both included."""

        def misfit(value: Any) -> str:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return _out_of_range(value, min, max) if fits else "a number"

        return self._get(key, default, misfit)

    @overload
    def flag(self, key: str) -> bool: ...
    @overload
    def flag(self, key: str, default: bool | Default) -> bool | Default: ...
    def flag(self, key: str, default: Any = REQUIRED) -> Any:
        """Return `true` or `false`; a text such as `yes` is neither."""
        return self._get(key, default, lambda value: "" if isinstance(value, bool) else "`true` or `false`")

    @overload
    def items(self, key: str, *, of: type = ..., choices: Sequence[Any] = ...) -> tuple[Any, ...]: ...
    @overload
    def items(
        self, key: str, default: Sequence[Any] | Default, *, of: type = ..., choices: Sequence[Any] = ...
    ) -> tuple[Any, ...] | Default: ...
    def items(self, key: str, default: Any = REQUIRED, *, of: type = str, choices: Sequence[Any] = ()) -> Any:
        """Return a list as a tuple, each item of the type `of` and, when given, one of `choices`."""

        def misfit(value: Any) -> str:
            if not isinstance(value, list | tuple):
                return "a list"
            odd = [item for item in value if type(item) is not of]
            if odd:
                return f"a list of {_KINDS.get(of, of.__name__)} (not {found_in(odd[0])})"
            strange = [item for item in value if choices and item not in choices]
            allowed = [str(one) for one in choices]
            return f"items out of {listed(allowed)}" + _close(str(strange[0]), allowed) if strange else ""

        value = self._get(key, default, misfit)
        return tuple(value) if isinstance(value, list) else value

    @overload
    def path(self, key: str) -> str: ...
    @overload
    def path(self, key: str, default: str | Default) -> str | Default: ...
    def path(self, key: str, default: Any = REQUIRED) -> Any:
        """Return a relative path with `/` that stays below where it starts; nothing is looked up."""

        def misfit(value: Any) -> str:
            inside = isinstance(value, str) and value and not {"\\", "\0"} & set(value)
            path = PurePosixPath(value) if inside else PurePosixPath("/")
            return "a relative path without `..`" if path.is_absolute() or ".." in path.parts else ""

        return self._get(key, default, misfit)

    @overload
    def table(self, key: str) -> dict[str, Any]: ...
    @overload
    def table(self, key: str, default: Mapping[str, Any] | Default) -> dict[str, Any] | Default: ...
    def table(self, key: str, default: Any = REQUIRED) -> Any:
        """Return a mapping whose keys are the user's own; it is consumed as a whole."""
        value = self._get(key, default, lambda value: "" if isinstance(value, Mapping) else "a mapping")
        return dict(value) if isinstance(value, Mapping) else value

    def has(self, key: str) -> bool:
        """Say whether something is given at `key`; that consumes nothing."""
        return key in self._values

    def expect(self, *keys: str) -> None:
        """Name keys that are read only when they are given, so that a slip of the pen is told as one."""
        self._expected = keys

    def bind(self, key: str, value: Any) -> None:
        """Let a key that was read count as `value` in the effective values: a file as its digest, say."""
        self._read[key] = value

    def place(self, key: str) -> str:
        """Return `file:line:column` of a key, for whoever finds a fault in it later."""
        return self._where(key)

    def value(self, key: str, default: Any = REQUIRED) -> Any:
        """Return whatever stands there."""
        return self._get(key, default, lambda value: "")

    def nested(self, key: str) -> ConfigNamespace:
        """Return the namespace below `key`, an empty one when nothing stands there; `finish` includes it."""
        if key not in self._below:
            found = self._values.get(key, {})
            if not isinstance(found, Mapping):
                self._refuse(key, f"expected a mapping, found {found_in(found)}")
                found = {}
            self._below[key] = (self._inner(found, key),)
        return self._below[key][0]

    def each(self, key: str) -> tuple[ConfigNamespace, ...]:
        """Return one namespace for each mapping of the list at `key`, in order; none when there is none."""
        if key not in self._below:
            found = self._values.get(key, [])
            if not isinstance(found, list | tuple) or not all(isinstance(one, Mapping) for one in found):
                self._refuse(key, f"expected a list of mappings, found {found_in(found)}")
                found = []
            self._below[key] = tuple(self._inner(one, key, at) for at, one in enumerate(found))
        return self._below[key]

    def effective(self) -> dict[str, Any]:
        """Return every value as it was used, defaults included, as plain nested data in order of reading."""
        below = {
            key: [one.effective() for one in spaces]
            if isinstance(self._values.get(key), list | tuple)
            else spaces[0].effective()
            for key, spaces in self._below.items()
            if spaces
        }
        read = {key: list(value) if isinstance(value, tuple) else value for key, value in self._read.items()}
        return {**read, **below}

    def consumed(self) -> tuple[str, ...]:
        """Return the keys that were asked for, given or not."""
        return (*self._read, *self._below)

    def finish(self) -> dict[str, Any]:
        """Return the effective values.

        Raises the family's error with CF-R021 for each value that was refused and CF-R020 for each key
        that nobody consumed, here and in every namespace below.
        """
        faults = (*self._faults, *self._unconsumed())
        if faults:
            raise self._opening.family(*faults)
        return self.effective()

    def _get(self, key: str, default: Any, misfit: Callable[[Any], str]) -> Any:
        if key not in self._values:
            return self._default(key, default)
        value = self._values[key]
        expected = misfit(value)
        if not expected:
            self._read[key] = value
            return value
        self._refuse(key, f"expected {expected}, found {found_in(value)}")
        if default is REQUIRED:
            self._raise()
        self._read[key] = default
        return default

    def _default(self, key: str, default: Any) -> Any:
        if default is REQUIRED:
            what = f"`{self._name(key)}` is missing"
            self._faults.append(Fault("CF-R022", what, self._where(), "add it"))
            self._raise()
        if key not in self._read:
            self._opening.on_default(self._name(key), default)
        self._read[key] = default
        return default

    def _raise(self) -> None:
        raise self._opening.family(*self._faults)

    def _refuse(self, key: str, what: str) -> None:
        fault = Fault("CF-R021", f"`{self._name(key)}`: {what}", self._where(key))
        if fault not in self._faults:
            self._faults.append(fault)

    def _unconsumed(self) -> Iterator[Fault]:
        known = self.consumed()
        here = listed([self._name(key) for key in known])
        for key in self._values:
            if key not in known:
                close = nearest(str(key), (*known, *self._expected))
                hints = (close, f"read are {here}" if known else "nothing is read here")
                what = f"nobody reads `{self._name(key)}`"
                yield Fault("CF-R020", what, self._where(key), "; ".join(filter(None, hints)))
        for spaces in self._below.values():
            for space in spaces:
                yield from space._unconsumed()

    def _inner(self, values: Mapping[str, Any], *step: str | int) -> ConfigNamespace:
        inner = ConfigNamespace(values, self._opening, path=(*self._path, *step))
        inner._faults = self._faults
        return inner

    def _name(self, key: str) -> str:
        return ".".join(str(step) for step in (self._opening.name, *self._path, key))

    def _where(self, *step: str) -> str:
        return self._opening.where((*self._path, *step))


_KINDS: dict[type, str] = {
    str: "text",
    int: "whole numbers",
    float: "numbers",
    bool: "`true` or `false`",
    dict: "mappings",
}


def _close(value: str, names: Sequence[str]) -> str:
    close = nearest(value, names)
    return f" ({close})" if close else ""


def _out_of_range(value: float, least: float | None, most: float | None) -> str:
    if not isfinite(value):
        return "a finite number"
    if least is not None and value < least:
        return f"at least {least}"
    return f"at most {most}" if most is not None and value > most else ""
