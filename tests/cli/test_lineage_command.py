"""`cine-forge lineage`, `stale` and `status`: what was made from what, what no longer fits, how it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from tests.kernel.artifacts.kept import keep, open_store

HEAVY = (
    *("cine_forge.kernel.recipes", "cine_forge.kernel.planning", "cine_forge.driver.wiring"),
    *("cine_forge.generation", "yaml", "networkx", "numpy"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A root, what was made from it, and what was made from that; then another root."""
    folder = tmp_path / "film"
    with open_store(folder) as store:
        mid = keep(store, "mid", "m", keep(store, "root", "1"))
        keep(store, "leaf", "l", mid)
        keep(store, "root", "2")
    return folder


def told(capsys: pytest.CaptureFixture[str], project: Path, *words: str) -> list[str]:
    assert main([*words, "--project", str(project)]) == 0
    return capsys.readouterr().out.splitlines()


def told_json(capsys: pytest.CaptureFixture[str], project: Path, *words: str) -> Any:
    return json.loads("\n".join(told(capsys, project, *words, "--json")))


@pytest.mark.row("A12")
@pytest.mark.row("A17")
def test_lineage_lists_what_it_was_made_from_and_what_was_made_from_it_with_roles(project, capsys):
    assert told(capsys, project, "lineage", "note/leaf@v1") == ["note/mid@v1  derived_from"]
    assert told(capsys, project, "lineage", "note/leaf", "--up", "--all") == [
        "note/mid@v1  derived_from",
        "note/root@v1  derived_from  of note/mid@v1",
    ]
    assert told(capsys, project, "lineage", "note/root@v1", "--down", "--all") == [
        "note/mid@v1  derived_from",
        "note/leaf@v1  derived_from  from note/mid@v1",
    ]
    assert told(capsys, project, "lineage", "note/mid", "--up", "--down") == [
        "up:", "note/root@v1  derived_from", "down:", "note/leaf@v1  derived_from",
    ]  # fmt: skip


def test_lineage_as_json_has_every_edge_with_role_digest_and_depth(project, capsys):
    found = told_json(capsys, project, "lineage", "note/leaf", "--all")
    assert (found["schema"], found["ref"]) == ("lineage/1", "note/leaf@v1")
    assert [(edge["of"], edge["made_from"], edge["role"], edge["depth"]) for edge in found["up"]] == [
        ("note/leaf@v1", "note/mid@v1", "derived_from", 1),
        ("note/mid@v1", "note/root@v1", "derived_from", 2),
    ]
    assert all(len(edge["digest"]) == 64 for edge in found["up"])
    assert "down" not in found


@pytest.mark.parametrize(
    ("ref", "code", "hint"),
    [
        ("note/leaf@v7", "CF-A003", "kept are `note/leaf@v1`"),
        ("note/laef", "CF-A003", "did you mean `leaf`?"),
        ("nonsense", "CF-A001", "a ref reads"),
    ],
)
def test_lineage_of_what_is_not_there_is_refused_with_what_is(project, capsys, ref, code, hint):
    assert main(["lineage", ref, "--project", str(project)]) == 1
    err = capsys.readouterr().err
    assert err.startswith(code)
    assert hint in err


@pytest.mark.row("A17")
def test_stale_lists_each_with_its_cause_and_health(project, capsys):
    path = "note/root@v1 → note/root@v2 → note/mid@v1"
    assert told(capsys, project, "stale") == [
        f"note/leaf@v1  because {path} → note/leaf@v1",
        f"note/mid@v1  because {path}",
    ]
    found = told_json(capsys, project, "stale")
    assert found["schema"] == "stale/1"
    assert [(row["ref"], row["health"]) for row in found["stale"]] == [
        ("note/leaf@v1", "stale"),
        ("note/mid@v1", "stale"),
    ]
    assert found["stale"][1]["cause"] == path.split(" → ")


@pytest.mark.row("A16")
def test_status_counts_what_is_kept_by_health_and_says_what_waits(project, capsys):
    with open_store(project) as store:
        mid, leaf = store.current("note", "mid"), store.current("note", "leaf")
        store.state("revise", mid.ref, by="kim")
        store.state("confirm", leaf.ref, by="kim")
        store.state("lock", leaf.ref, by="kim")
        keep(store, "leaf", "other")
    lines = told(capsys, project, "status")
    assert lines[0] == "no run yet: `cine-forge run`"
    assert lines[1] == "3 artifacts: 1 valid, 1 in need of revision, 1 stale but confirmed"
    assert lines[2] == "1 artifacts are stale: `cine-forge stale` says why"
    assert lines[4:] == ["1 candidates wait: `cine-forge artifacts accept REF` takes one", "  note/leaf@v2"]
    found = told_json(capsys, project, "status")
    assert found["kept"] == {
        "artifacts": 3, "health": {"valid": 1, "stale": 0, "needs_revision": 1, "confirmed_valid": 1},
    }  # fmt: skip
    assert found["candidates"] == ["note/leaf@v2"]
    assert found["stale"] == ["note/mid@v1  because note/root@v1 → note/root@v2 → note/mid@v1"]


def test_a_very_long_cause_is_told_by_its_beginning_and_its_end(tmp_path, capsys):
    with open_store(tmp_path / "film") as store:
        ref = keep(store, "00", "1")
        for number in range(1, 12):
            ref = keep(store, f"{number:02}", "x", ref)
        keep(store, "00", "2")
    last = told(capsys, tmp_path / "film", "stale")[-1]
    assert last.startswith("note/11@v1  because note/00@v1 → note/00@v2 → note/01@v1 → ")
    assert "→ … 6 more … → note/10@v1 → note/11@v1" in last


def test_status_and_stale_import_neither_recipes_nor_modules_nor_generation(project):
    where = ["--project", str(project)]
    code = (
        "import sys; from cine_forge.cli.main import main; "
        f"main(['status', *{where}]); main(['stale', *{where}]); "
        f"print([name for name in sys.modules if name.startswith({HEAVY})])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
