"""The frozen dataclass behaves as the standard library's does."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from functools import cached_property
from typing import Any, ClassVar

import pytest

from cine_forge.kernel.ground.dataclass import dataclass


@dataclass(frozen=True)
class Quick:
    """One with every kind of plain field."""

    kind: ClassVar[str] = "quick"
    name: str
    count: int = 3
    parts: dict[str, int] = field(default_factory=dict)

    @cached_property
    def doubled(self) -> int:
        return self.count * 2


@dataclass(frozen=True)
class Checked:
    """One that looks at what it is given."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("negative")


def _twin(cls: type) -> Any:
    """Return the standard library's frozen dataclass with the same fields."""
    specs = [(one.name, one.type, _spec(one)) for one in dataclasses.fields(cls)]
    return dataclasses.make_dataclass(cls.__qualname__, specs, frozen=True)


def _spec(one: Any) -> Any:
    return field(default=one.default, default_factory=one.default_factory)


def test_it_is_shown_and_taken_apart_as_the_standard_library_does() -> None:
    twin = _twin(Quick)
    assert repr(Quick("a", 1)) == repr(twin("a", 1))
    assert dataclasses.asdict(Quick("a")) == dataclasses.asdict(twin("a"))
    assert Quick.__match_args__ == twin.__match_args__
    assert dataclasses.replace(Quick("a"), count=5) == Quick("a", 5)


def test_it_is_equal_to_what_has_its_class_and_its_values() -> None:
    assert Quick("a") == Quick("a", 3, {})
    assert Quick("a") != Quick("b")
    assert Quick("a") != _twin(Quick)("a")
    assert hash(Checked(2)) == hash(Checked(2))


def test_a_hash_needs_values_that_have_one() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Quick("a"))


def test_every_instance_gets_a_default_of_its_own() -> None:
    assert Quick("a").parts is not Quick("b").parts


def test_nothing_of_it_can_be_set_or_deleted() -> None:
    one: Any = Quick("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError):
        del one.name
    assert one.doubled == 6


def test_too_few_and_too_many_values_are_refused_by_name() -> None:
    made: Any = Quick
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        made()
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        made("a", other=1)


def test_what_is_to_be_checked_is_checked() -> None:
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)


def test_copies_are_equal() -> None:
    one = Quick("a", 1, {"b": 2})
    assert copy.deepcopy(one) == one
    assert pickle.loads(pickle.dumps(Checked(4))) == Checked(4)


def test_what_is_not_plain_is_made_by_the_standard_library() -> None:
    @dataclass(frozen=True)
    class Hidden:
        name: str
        secret: str = field(default="", repr=False, compare=False)

    @dataclass(frozen=True)
    class Below(Checked):
        more: int = 0

    @dataclass(frozen=True)
    class Named:
        name: str

        def __repr__(self) -> str:
            return self.name

    @dataclass(frozen=True)
    class Keyword:
        _: dataclasses.KW_ONLY
        name: str

    @dataclass
    class Open:
        name: str

    @dataclass(frozen=True)
    class Empty:
        pass

    assert Hidden("a", "b") == Hidden("a", "c")
    assert repr(Below(1, 2)).endswith("Below(count=1, more=2)")
    assert repr(Named("x")) == "x"
    assert Keyword(name="x").name == "x"
    assert Open("a") == Open("a")
    assert Empty() == Empty()
