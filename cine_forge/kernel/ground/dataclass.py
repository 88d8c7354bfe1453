"""The frozen dataclass, quick to define: a command defines a hundred of them before it begins.

`dataclass` means what the standard library's means, and type checkers take it for that one. Of a frozen class
with plain fields one method is compiled here where the standard library compiles six; any other is handed on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """Make a class a dataclass; takes the options of the standard library's."""
        if cls is None:
            return lambda cls: dataclass(cls, **options)
        if options == {"frozen": True} and _is_plain(cls):
            return _frozen(cls)
        return dataclasses.dataclass(cls, **options)


_OWN = frozenset({"__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__"})
_MARKS = ("InitVar", "KW_ONLY")


def _is_plain(cls: type) -> bool:
    """Say whether a class has no method of its own that is made here, no dataclass above it, no odd field."""
    if not _OWN.isdisjoint(vars(cls)) or any(map(dataclasses.is_dataclass, cls.__mro__[1:])):
        return False
    types = map(str, vars(cls).get("__annotations__", {}).values())
    if any(mark in said for said in types for mark in _MARKS):
        return False
    fields = (value for value in vars(cls).values() if isinstance(value, dataclasses.Field))
    return all(
        one.init and one.repr and one.compare and one.hash is None and one.kw_only is dataclasses.MISSING
        for one in fields
    )


def _frozen(cls: type) -> type:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    names = [field.name for field in dataclasses.fields(made)]
    if not names:
        return dataclasses.dataclass(frozen=True)(cls)
    values = attrgetter(*names)
    made.__init__ = _init(made)
    made.__repr__ = _repr
    made.__eq__ = _eq(values)
    made.__hash__ = lambda self: hash(values(self))
    made.__setattr__ = made.__delattr__ = _refuse
    params = made.__dataclass_params__
    params.init = params.repr = params.eq = params.frozen = True
    return cls


def _init(cls: Any) -> Callable[..., None]:
    """Compile `__init__`: each field is set past `__setattr__`, which refuses."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_absent": dataclasses.MISSING}
    given, lines = ["self"], []
    for field in dataclasses.fields(cls):
        name = value = field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            given.append(f"{name}=_absent")
            value = f"_make_{name}() if {name} is _absent else {name}"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            given.append(f"{name}=_default_{name}")
        else:
            given.append(name)
        lines.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join([f"def __init__({', '.join(given)}):", *lines]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {field.name: field.type for field in dataclasses.fields(cls)} | {"return": None}
    return made


def _eq(values: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def equal(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _repr(self: Any) -> str:
    said = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
    return f"{type(self).__qualname__}({said})"


def _refuse(self: object, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
