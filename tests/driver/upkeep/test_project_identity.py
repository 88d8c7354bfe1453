"""A project knows which one it is: moved it stays itself; copied it says so, until it is adopted."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cine_forge.driver.interruption import Interruption
from cine_forge.driver.run import _surroundings as surroundings_of
from cine_forge.driver.upkeep.identity import (
    IDENTITY_FILE,
    Identity,
    Place,
    claim,
    original_of,
    read_identity,
    settle_identity,
)
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import State
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from tests.driver.stand import Stand, new_stand
from tests.generation.support import draft

NOON = "2026-01-01T12:00:00"
HERE = Place("/a", "m", 1, 2)


def same_id() -> str:
    return "0123456789abcdef"


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Return a stand with a project file, whose recipe was run once."""
    stand = new_stand(tmp_path / "stand", seed=7)
    text = (stand.project / "project.yaml").read_text()
    users = "users: [{id: ann, name: Ann}, {id: ida, name: Ida}]\n"
    (stand.project / "project.yaml").write_text(text + users)
    stand.run()
    return stand


def copied(stand: Stand, name: str = "copy") -> Stand:
    """Copy the stand's project as a person does, with `cp -r`."""
    copy = replace(stand, root=stand.root.parent / name)
    copy.root.mkdir()
    for part in ("modules", "recipe.yaml", "project"):
        subprocess.run(["cp", "-r", str(stand.root / part), str(copy.root / part)], check=True)
    return copy


def opened(project: Path, number: int = 1) -> str:
    """Leave a submitted receipt in the project's ledger and return its id."""
    ledger = Ledger(project / "ledger.sqlite")
    receipt = ledger.reserve(ledger.prepare(draft(number, 400_000)), [], NOON)
    receipt = ledger.advance(receipt, State.SUBMITTING, NOON)
    ledger.advance(receipt, State.SUBMITTED, NOON, provider_id="job-1")
    ledger.close()
    return receipt.id


def state_of(project: Path, receipt: str) -> State:
    found = Ledger(project / "ledger.sqlite").find(receipt)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (HERE, True),
        (HERE._replace(path="/b"), True),
        (HERE._replace(device=9), True),
        (HERE._replace(machine=""), True),
        (HERE._replace(inode=3), False),
        (HERE._replace(path="/b", device=9), False),
        (HERE._replace(machine="n"), False),
    ],
    ids=[
        "unchanged",
        "moved",
        "another boot",
        "no machine id",
        "put in its place",
        "elsewhere",
        "other machine",
    ],
)
def test_a_folder_is_the_same_when_its_inode_is_and_its_device_or_path(now: Place, same: bool) -> None:
    assert HERE.is_same_as(now) is same


def test_a_project_gets_its_id_once_and_keeps_it_when_it_is_moved(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert (read_identity(tmp_path / "one"), original_of(tmp_path / "one")) == (None, None)
    first = claim(tmp_path / "one", same_id)
    (tmp_path / "one").rename(tmp_path / "two")
    assert original_of(tmp_path / "two") is None
    moved = claim(tmp_path / "two", lambda: "another")
    assert moved == Identity(same_id(), first.place._replace(path=str(tmp_path / "two")))
    assert read_identity(tmp_path / "two") == moved == claim(tmp_path / "two", lambda: "another")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"project_id": "a", "place": {}, "adopted_from": null}'])
def test_an_identity_that_cannot_be_read_is_taken_for_a_copy(tmp_path: Path, text: str) -> None:
    (tmp_path / IDENTITY_FILE).write_text(text)
    assert "another project that cannot be told any more" in str(settle_identity(tmp_path))
    assert (tmp_path / IDENTITY_FILE).read_text() == text


@pytest.mark.row("A11")
def test_a_moved_project_works_on_as_itself(stand: Stand) -> None:
    receipt = opened(stand.project)
    before = stand.cli("project", "show", "--json").json()
    moved = replace(stand, root=stand.root.rename(stand.root.parent / "moved"))
    told = moved.cli("run", str(moved.recipe), "--modules", str(moved.root / "modules"), "--quiet")
    assert (told.status, "copy" in told.err) == (0, False)
    after = moved.cli("project", "show", "--json").json()
    assert after == {**before, "lives_at": str(moved.project)}
    assert state_of(moved.project, receipt) is State.SUBMITTED


@pytest.mark.row("A11")
def test_a_copy_works_says_once_that_it_is_one_and_changes_nothing_of_its_original(stand: Stand) -> None:
    opened(stand.project)
    copy = copied(stand)
    before = {path: path.read_bytes() for path in stand.project.rglob("*") if path.is_file()}
    told = copy.cli(
        "run", str(copy.recipe), "--modules", str(copy.root / "modules"), "--param", "text=anew", "--quiet"
    )
    assert told.status == 0
    assert told.err.count("this is a copy of project") == 1
    assert "cine-forge project adopt" in told.err
    assert copy.said("first") == "anew"
    assert verify(copy.project) == verify(stand.project) == ()
    assert {path: path.read_bytes() for path in stand.project.rglob("*") if path.is_file()} == before
    assert str(stand.root) not in "".join(
        path.read_text(errors="ignore") for path in (copy.project / "artifacts").rglob("*") if path.is_file()
    )


def test_a_copy_says_what_it_is_and_whose_the_open_generations_are(stand: Stand) -> None:
    receipt = opened(stand.project)
    copy = copied(stand)
    told = copy.cli("project", "show").out
    assert told.startswith("a copy of project ") and str(stand.project) in told
    assert "1 open generations are that project's" in told
    shown = copy.cli("project", "show", "--json").json()
    assert (shown["schema"], shown["is_copy"], shown["open_receipts"]) == ("project/1", True, [receipt])
    refused = copy.cli("providers", "recover")
    assert (refused.status, refused.out) == (1, "") and "CF-G031" in refused.err
    assert "CF-G031" not in stand.cli("providers", "recover").err


@pytest.mark.row("A11")
def test_adopting_a_copy_gives_it_an_id_leaves_what_is_open_and_says_who_and_when(stand: Stand) -> None:
    receipt = opened(stand.project)
    copy = copied(stand)
    told = copy.cli("project", "adopt", "--as", "ida", "--note", "second unit", "--json").json()
    assert (told["schema"], told["adopted"], told["left_receipts"]) == ("adoption/1", True, [receipt])
    assert told["adopted_from"] == stand.cli("project", "show", "--json").json()["project_id"]
    assert (state_of(copy.project, receipt), state_of(stand.project, receipt)) == (
        State.FOREIGN,
        State.SUBMITTED,
    )
    kept = json.loads((copy.project / "receipts" / receipt / "receipt.json").read_text())
    assert kept["state"] == "foreign"
    stated = copy.cli("artifacts", "show", "statement/project_identity/project").json()
    assert (stated["data"]["kind"], stated["by"], stated["rationale"]) == ("adopt", "ida", "second unit")
    assert stated["created_at"][:2] == "20"
    assert copy.cli("project", "show").out.startswith(f"project {told['project_id']}, adopted from")
    assert "its own already" in copy.cli("project", "adopt").out
    again = copy.cli("run", str(copy.recipe), "--modules", str(copy.root / "modules"), "--quiet")
    assert "copy" not in again.err


def test_who_says_that_the_original_is_gone_takes_along_what_is_open(stand: Stand) -> None:
    receipt = opened(stand.project)
    copy = copied(stand)
    shutil.rmtree(stand.project)
    assert copy.cli("project", "adopt", "--with-receipts", "--json").json()["left_receipts"] == []
    assert state_of(copy.project, receipt) is State.SUBMITTED


def test_an_adoption_that_was_cut_short_is_ended_by_the_next(stand: Stand) -> None:
    receipt = opened(stand.project)
    copy = copied(stand)
    Ledger(copy.project / "ledger.sqlite").disown(NOON)
    assert original_of(copy.project) is not None
    assert receipt in copy.cli("project", "adopt").out
    assert original_of(copy.project) is None


def test_a_copy_of_an_adopted_copy_is_a_copy_again(stand: Stand) -> None:
    copy = copied(stand)
    adopted = copy.cli("project", "adopt", "--json").json()["project_id"]
    second = copied(copy, "second")
    found = original_of(second.project)
    assert found is not None and found.project_id == adopted
    told = second.cli("project", "adopt", "--json").json()
    assert told["adopted_from"] == adopted != told["project_id"]


def test_a_project_is_not_adopted_while_a_run_holds_it_nor_by_nobody(stand: Stand) -> None:
    copy = copied(stand)
    with ProjectLock(copy.project / "run.lock") as lock:
        lock.acquire(Holder.here(command="run", since=NOON))
        assert copy.cli("project", "adopt").err.startswith("CF-U030")
    assert copy.cli("project", "adopt", "--as", "zoe").err.startswith("CF-U051")
    assert original_of(copy.project) is not None


def test_a_copy_of_a_torn_index_is_made_whole_by_its_adoption(stand: Stand) -> None:
    copy = copied(stand)
    index = copy.project / "index.sqlite"
    index.write_bytes(index.read_bytes()[: len(index.read_bytes()) // 2])
    assert copy.cli("project", "adopt").status == 0
    assert verify(copy.project) == ()


def test_a_project_that_never_ran_has_no_id_and_says_so(tmp_path: Path) -> None:
    stand = new_stand(tmp_path / "stand", seed=7)
    assert "never ran" in stand.cli("project", "show").out
    assert stand.cli("project", "show", "--json").json()["project_id"] is None
    assert not (stand.project / IDENTITY_FILE).exists()


def test_an_arm_of_an_experiment_is_no_copy(stand: Stand) -> None:
    from cine_forge.driver.experiments.arm import make_arm

    arm = stand.root / "arm"
    make_arm(stand.project, arm)
    assert read_identity(arm) is None


@pytest.mark.row("D33")
def test_no_two_projects_are_known_to_a_provider_by_the_same_ids(tmp_path: Path) -> None:
    stands = [new_stand(tmp_path / name, seed=7) for name in ("one", "other")]
    for one in stands:
        one.run()
    marks = [identity.own_mark for one in stands if (identity := read_identity(one.project))]
    assert len(set(marks)) == 2 and all(marks)


@pytest.mark.row("A11")
def test_the_door_of_a_run_is_told_that_it_stands_in_a_copy_and_later_whose_ids_to_use(stand: Stand) -> None:
    copy = copied(stand)
    listeners: Any = SimpleNamespace(tell_dispatch=print)

    def door(project: Path) -> tuple[bool, str]:
        asked = SimpleNamespace(strict=False, rebuy=False)
        wired: Any = SimpleNamespace(folder=project, project=None, budget_micro_usd=None, request=asked)
        found = surroundings_of(wired, listeners, Interruption())
        return found.is_copy, found.own_mark

    own = stand.cli("project", "show", "--json").json()["project_id"]
    assert (door(stand.project), door(copy.project)) == ((False, f"-{own}"), (True, f"-{own}"))
    adopted = copy.cli("project", "adopt", "--json").json()["project_id"]
    assert door(copy.project) == (False, f"-{adopted}")
