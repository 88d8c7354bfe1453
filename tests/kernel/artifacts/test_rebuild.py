"""The index is made again from what is kept, equal to the one that grew, whatever became of its file."""

import random
import shutil
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.store.mending import set_aside_broken_index
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.lock import Holder
from tests.kernel.artifacts.kept import keep, open_store
from tests.kernel.artifacts.living import live


def _grown(folder, seed: int, acts: int = 30) -> list[str]:
    """Live in a project for a while and return its index."""
    chance = random.Random(seed)
    with open_store(folder) as store:
        for _ in range(acts):
            live(store, chance)
        return store.dump_index()


@pytest.mark.row("A45")
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_a_rebuilt_index_equals_the_one_that_grew(tmp_path_factory, seed):
    project = tmp_path_factory.mktemp("grown") / "project"
    grown = _grown(project, seed)
    with open_store(project) as store:
        assert store.rebuild_index() == 0
        assert store.dump_index() == grown
    (project / "index.sqlite").unlink()
    with open_store(project, write=False) as reading:
        assert reading.dump_index() == grown
    shutil.rmtree(project.parent)


def _cut(path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def _other_form(path) -> None:
    with sqlite3.connect(path) as sql:
        sql.execute("PRAGMA user_version = 77")
    sql.close()


HARMS = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 3000),
    "empty": lambda path: path.write_bytes(b""),
    "cut in its head": lambda path: _cut(path, 0.0005),
    "cut in the middle": lambda path: _cut(path, 0.5),
    "cut at its end": lambda path: _cut(path, 0.97),
    "of another form": _other_form,
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_an_index_that_cannot_be_used_is_made_again(tmp_path, harm):
    project = tmp_path / "project"
    grown = _grown(project, 5)
    harm(project / "index.sqlite")
    set_aside_broken_index(project, Holder.here(command="rebuild", since="now"))
    with open_store(project) as store:
        store.rebuild_index()
        assert store.dump_index() == grown
        keep(store, "new", "n")
    assert verify(project) == ()


@pytest.mark.parametrize("name", [name for name in HARMS if name.startswith(("garbage", "cut"))])
def test_an_index_that_cannot_be_used_is_found(tmp_path, name):
    _grown(tmp_path / "project", 5)
    HARMS[name](tmp_path / "project" / "index.sqlite")
    assert [fault.code for fault in verify(tmp_path / "project")] == ["CF-A022"]


def test_a_whole_index_is_not_set_aside(tmp_path):
    _grown(tmp_path / "project", 5)
    assert not set_aside_broken_index(tmp_path / "project", Holder.here(command="rebuild", since="now"))
    assert (tmp_path / "project" / "index.sqlite").is_file()


def test_an_index_of_another_form_is_no_fault(tmp_path):
    _grown(tmp_path / "project", 5)
    _other_form(tmp_path / "project" / "index.sqlite")
    assert verify(tmp_path / "project") == ()
