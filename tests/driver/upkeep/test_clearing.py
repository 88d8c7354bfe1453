"""What runs and receipts refer to stays; leftovers of dead runs go."""

import json

import pytest

from cine_forge.driver.upkeep.clearing import clear_project, plan_clearing
from cine_forge.driver.upkeep.clearing_text import clearing_json, clearing_lines
from cine_forge.kernel.ground.errors import LockedError
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from tests.kernel.artifacts.kept import keep, open_store


def _run(project, name: str, *refs: str, status: str = "done") -> None:
    folder = project / "runs" / name
    folder.mkdir(parents=True)
    unit = {"status": "done", "artifact_refs": list(refs)}
    stages = {"write": {"status": "done", "artifact_refs": [], "units": {"ann": unit}}}
    state = {"schema": "run_state/1", "run_id": name, "recipe_id": "r", "status": status, "seq": 0}
    (folder / "run_state.json").write_text(json.dumps({**state, "started_at": name, "stages": stages}))


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    with open_store(folder) as store:
        for text in ("one", "two", "three", "four"):
            keep(store, "ann", text)
    _run(folder, "2026-1", "note/ann@v1")
    _run(folder, "2026-2", "note/ann@v2")
    _run(folder, "2026-3", "note/ann@v3", status="waiting")
    return folder


def _refs(found) -> list[str]:
    return [one.ref for one in found.versions]


def test_what_any_run_refers_to_stays_unless_only_the_newest_count(project):
    assert _refs(plan_clearing(project, None)) == []
    assert _refs(plan_clearing(project, 1)) == ["note/ann@v1"]
    assert _refs(plan_clearing(project, 0)) == ["note/ann@v1", "note/ann@v2"]


def test_a_dry_run_moves_nothing_and_a_real_one_does_what_it_said(project):
    files = sorted(str(path) for path in project.rglob("*"))
    said = plan_clearing(project, 0)
    assert sorted(str(path) for path in project.rglob("*")) == files
    assert clear_project(project, 0) == said
    assert _refs(plan_clearing(project, 0)) == []
    assert len(list((project / "quarantine").rglob("v000*.json"))) == 2


def test_scratch_of_dead_runs_goes_and_that_of_a_living_one_stays(project):
    for name in ("2026-1", "2026-3"):
        (project / "runs" / name / "scratch" / "unit").mkdir(parents=True)
        (project / "runs" / name / "scratch" / "unit" / "half.png").write_bytes(b"12345")
    with ProjectLock(project / "runs" / "2026-3" / "run.lock") as lock:
        lock.try_acquire(Holder.here(command="run", since="now"))
        found = clear_project(project, None)
    assert [(one.path, one.bytes) for one in found.leftovers] == [("runs/2026-1/scratch", 5)]
    assert not (project / "runs" / "2026-1" / "scratch").exists()
    assert (project / "runs" / "2026-3" / "scratch" / "unit" / "half.png").exists()


def test_nothing_goes_while_a_run_is_carried_out(project):
    with ProjectLock(project / "run.lock") as lock:
        lock.try_acquire(Holder.here(command="run", since="now"))
        with pytest.raises(LockedError):
            clear_project(project, 0)
    assert _refs(plan_clearing(project, 0)) == ["note/ann@v1", "note/ann@v2"]


def test_what_goes_is_told_with_its_size(project):
    found = plan_clearing(project, 0)
    told = clearing_json(found, dry_run=True)
    assert (told["schema"], told["dry_run"], told["bytes"]) == ("gc/1", True, found.bytes)
    lines = list(clearing_lines(found, dry_run=True))
    assert lines[0].endswith("note/ann@v1")
    assert lines[-1].endswith("would go: 2 versions, 0 leftovers")
    assert list(clearing_lines(plan_clearing(project, None), dry_run=True)) == [
        "nothing can go: everything kept is referred to"
    ]
