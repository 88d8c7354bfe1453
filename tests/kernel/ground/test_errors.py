"""Faults are said in one form, and an error carries them across processes."""

import pickle

import pytest

from cine_forge.kernel.ground import errors
from cine_forge.kernel.ground.errors import CineForgeError, Fault, RecipeError, listed, nearest


def test_a_fault_says_code_place_what_and_below_what_to_do():
    assert str(Fault("CF-A001", "it is wrong")) == "CF-A001 it is wrong"
    whole = Fault("CF-A001", "it is wrong", "a.yaml:1:2", "mend it")
    assert str(whole) == "CF-A001 a.yaml:1:2: it is wrong\n    mend it"


def test_an_error_says_every_fault_and_needs_one():
    assert str(RecipeError(Fault("A", "one"), Fault("B", "two"))) == "A one\nB two"
    with pytest.raises(ValueError, match="at least one fault"):
        CineForgeError()


def test_an_error_comes_back_equal_from_another_process():
    back = pickle.loads(pickle.dumps(RecipeError(Fault("A", "one", "here", "so"), Fault("B", "two"))))
    assert type(back) is RecipeError
    assert back.faults == (Fault("A", "one", "here", "so"), Fault("B", "two"))


def test_each_family_ends_the_driver_with_its_own_status():
    statuses = {
        name: found.exit_status
        for name, found in vars(errors).items()
        if isinstance(found, type) and issubclass(found, CineForgeError)
    }
    assert statuses == {
        "CineForgeError": 1, "RecipeError": 2, "ModuleError": 2, "ProjectError": 2, "UsageError": 2,
        "StageError": 1, "LockedError": 3, "BudgetError": 4, "ArtifactError": 1, "IntegrityError": 7,
        "InternalError": 1, "HeldError": 5, "ResumableError": 6,
    }  # fmt: skip


def test_the_nearest_name_is_said_when_one_is_near():
    assert nearest("pags", ["pages", "cut"]) == "did you mean `pages`?"
    assert nearest("xyz", ["pages"]) == nearest("xyz", []) == ""


def test_names_are_listed_up_to_a_dozen():
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed([str(number) for number in range(12)]).endswith("`11`")
    assert listed([str(number) for number in range(14)]).endswith("`11` and 2 more")
    assert listed(["a", "b", "c"], most=1) == "`a` and 2 more"
