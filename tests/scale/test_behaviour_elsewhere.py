"""The tests of the store, run again where a store lies beyond one disk.

Every test of the modules below that reaches a store through its own face alone is run over PostgreSQL and
over S3; those that look behind it at files or at SQLite are left at home.
"""

from __future__ import annotations

import inspect
import re
from contextlib import ExitStack
from types import FunctionType, ModuleType

import pytest

from tests.kernel.artifacts import kept, test_edits, test_locks
from tests.kernel.artifacts.index import test_decisions, test_index
from tests.kernel.artifacts.lineage import test_lineage
from tests.kernel.artifacts.store import test_publish, test_store

_SUITES = (test_decisions, test_edits, test_index, test_lineage, test_locks, test_publish, test_store)
_GIVEN = {"store", "index", "tmp_path", "monkeypatch"}
_BEHIND = re.compile(r"glob\(|index\.sqlite|FileJournal|Sqlite|/proc|\(store\.project|GraphIndex|_in_memory")

_AT_HOME = {
    "test_changed_media_are_found_by_size_and_on_request_by_hash": "of a bucket the copy here is mended",
    "test_what_fails_on_the_way_into_the_index_leaves_it_as_it_was": "records without the write lock",
    "test_an_envelope_with_edges_of_its_own_is_recorded_twice_and_stands_once": "the same",
}


def _stays_at_home(test: FunctionType) -> bool:
    asks = inspect.signature(test).parameters.keys()
    return test.__name__ in _AT_HOME or bool(_BEHIND.search(inspect.getsource(test))) or not asks <= _GIVEN


def _cases(suites: tuple[ModuleType, ...]) -> list[FunctionType]:
    found = [(suite, name, thing) for suite in suites for name, thing in vars(suite).items()]
    tests = [
        thing
        for suite, name, thing in found
        if name.startswith("test_") and isinstance(thing, FunctionType) and thing.__module__ == suite.__name__
    ]
    return [test for test in tests if not _stays_at_home(test)]


CASES = _cases(_SUITES)


def test_most_tests_of_the_store_are_run_elsewhere():
    assert len(CASES) > 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_store_behaves_elsewhere_as_at_home(case, one_far_place, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "storage_of", lambda project, mode: one_far_place.storage(mode, project))
    wanted = inspect.signature(case).parameters
    with ExitStack() as opened:
        given = {"tmp_path": tmp_path, "monkeypatch": monkeypatch}
        if wanted.keys() & {"store", "index"}:
            given["store"] = opened.enter_context(kept.open_store(tmp_path / "project"))
            given["index"] = given["store"]._index
        case(**{name: given[name] for name in wanted})
