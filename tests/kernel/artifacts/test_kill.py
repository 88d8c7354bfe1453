"""A writer may die at any call: afterwards all of its commit is there, or nothing of it."""

import os
import random
import shutil
import signal
from itertools import count
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.faults.apart import apart
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work
from tests.kernel.artifacts.killing import survives


def _rewrite(project: Path, picture: Path) -> None:
    """Commit a unit with media, unless it is committed: what a resumed run does."""
    with open_store(project) as store:
        drafts = (draft("ann", "second", media=(media(picture),)), draft("bob", "first"))
        again = work(*drafts)
        newest = store.newest_derivation(again.unit)
        if newest is None or newest.sequence < 2:
            store.commit(again)


def _announce_and_decide(project: Path, picture: Path) -> None:
    with open_store(project) as store:
        ref = store.announce(draft("eve", "told", media=(media(picture),)), "note@1")
        if not store.statements("note", "eve"):
            store.state("approve", ref, by="ann")


@pytest.mark.parametrize("action", [_rewrite, _announce_and_decide])
@pytest.mark.row("A6")
def test_a_kill_at_any_change_leaves_a_whole_project_that_ends_as_an_unbroken_one(tmp_path, action):
    base, whole = tmp_path / "base", tmp_path / "whole"
    with open_store(base) as store:
        keep(store, "ann", "first")
    shutil.copytree(base, whole)
    action(whole, tmp_path / "p.png")
    unbroken = tree_digest(open_store(whole, write=False))
    assert apart(whole_after_every_kill, base, tmp_path, action, unbroken) > 25


def whole_after_every_kill(base: Path, room: Path, action, unbroken: list[str]) -> int:
    """Kill before every change, one after the other; return the number at which nothing was left to kill."""
    return next(n for n in count(1) if _is_whole_after(base, room / str(n), action, n, unbroken))


def _is_whole_after(base: Path, project: Path, action, number: int, unbroken: list[str]) -> bool:
    """Kill before the n-th change, check, resume, check; True when nothing was left to kill."""
    picture = project.with_suffix(".png")
    shutil.copytree(base, project)
    survived = survives(lambda: action(project, picture), number)
    open_store(project).close()
    assert verify(project) == (), number
    action(project, picture)
    assert verify(project) == (), number
    assert tree_digest(open_store(project, write=False)) == unbroken, number
    return survived


@pytest.mark.row("A1")
def test_what_was_acknowledged_outlives_twenty_kills_at_random_times(tmp_path):
    apart(what_was_acknowledged_is_there, tmp_path / "project")


def what_was_acknowledged_is_there(project: Path) -> None:
    chance = random.Random(4)
    for round_number in range(20):
        acknowledged = _save_until_killed(project, round_number, chance)
        with open_store(project) as store:
            assert verify(project) == ()
            texts = [store.load(Ref.parse(line)).data["text"] for line in acknowledged]
            assert texts == [f"{round_number}-{number}" for number in range(len(texts))]
            refs = store.versions("note", "ann")
            assert [ref.version for ref in refs] == list(range(1, len(refs) + 1))


def _save_until_killed(project: Path, round_number: int, chance: random.Random) -> list[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with open_store(project) as store:
            number = 0
            while True:
                os.write(writing, f"{keep(store, 'ann', f'{round_number}-{number}')}\n".encode())
                number += 1
    os.close(writing)
    lines = _read_lines(reading, chance.randrange(1, 6))
    for _ in range(chance.randrange(100_000)):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines += _read_lines(reading, None)
    os.close(reading)
    return lines


def _read_lines(reading: int, most: int | None) -> list[str]:
    text = b""
    while most is None or text.count(b"\n") < most:
        piece = os.read(reading, 1 << 16)
        if not piece:
            break
        text += piece
    return text.decode().splitlines()


@pytest.mark.row("H1")
def test_an_index_that_a_killed_writer_had_begun_to_make_again_is_not_taken_for_whole(tmp_path):
    project = tmp_path / "project"
    with open_store(project) as store:
        ref = keep(store, "ann", "first")
    (project / "index.sqlite").unlink()
    SqlIndex(SqliteFile(project / "index.sqlite")).close()
    for write in (False, True):
        with open_store(project, write=write) as store:
            assert store.load(ref).data["text"] == "first"
