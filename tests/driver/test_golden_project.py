"""Projects of earlier versions: this one opens, verifies, plans and finishes them, and buys nothing again."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.edition import PROGRAM
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.golden.make import ARCHIVE, EXPECTED, GOLDEN, RECIPE, command, decisions, facts, packed, receipts

VERSIONS = sorted(path.name for path in GOLDEN.iterdir() if (path / ARCHIVE).is_file())
BOUGHT_FROM = ("shot/", "asset/", "sheet/", "finish_board/", "payload/")
"""What purchases are made from: as long as none of it comes out otherwise, none may be made."""

pytestmark = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def project(version: str, tmp_path: Path) -> Path:
    place = tmp_path / "golden"
    with tarfile.open(GOLDEN / version / ARCHIVE) as archive:
        archive.extractall(place, filter="data")
    return place


@pytest.fixture
def expected(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / version / EXPECTED).read_text())
    return found


def test_a_golden_project_is_small_and_of_a_version_that_was_there_before(version: str, expected) -> None:
    assert (GOLDEN / version / ARCHIVE).stat().st_size < 1_000_000
    order = [[int(part) for part in text.split(".")] for text in (expected["program"], PROGRAM)]
    assert order == sorted(order)


@pytest.mark.row("A11")
def test_it_is_read_as_it_was_kept_and_nothing_is_written(project: Path, expected) -> None:
    before = packed(project)
    assert verify(project) == ()
    assert facts(project) | {"program": expected["program"]} == expected
    assert packed(project) == before and not (project / "index.sqlite").exists()


def test_every_record_of_it_comes_back_equal_from_json(project: Path) -> None:
    with wire_project(project).store as store:
        envelopes = [held.envelope() for held in store.currents()]
        assert all(Envelope.model_validate_json(one.model_dump_json()) == one for one in envelopes)
        assert {one.source for one in envelopes} >= {"human", "ai", "code"}
        assert [str(ref) for ref in store.candidates("mention_ledger", "ep001")] == [
            "mention_ledger/ep001@v3"
        ]


def test_its_index_is_made_again_equal(project: Path) -> None:
    with wire_project(project).store as store:
        dump = store.dump_index()
    with wire_project(project, write=True).store as store:
        assert store.dump_index() == dump
        store.rebuild_index()
        assert store.dump_index() == dump
    assert verify(project) == ()


@pytest.mark.row("A33")
def test_it_is_resumed_to_a_finished_cut_and_nothing_paid_is_bought_again(project: Path, expected) -> None:
    planned = json.loads(command("run", RECIPE, "--project", str(project), "--dry-run", "--json"))
    assert {unit["action"] for unit in planned["units"]} <= {"reuse", "run", "may_run"}
    for unit in planned["units"]:
        codes = {reason["code"] for reason in unit["reasons"]}
        assert not (unit["stage"] == "generation" and unit["action"] == "run"), codes
    command("run", RECIPE, "--project", str(project), "--approve", "auto", "--new-run")
    found, bought = facts(project), receipts(project)
    assert {id: bought[id] for id in expected["receipts"]} == expected["receipts"]
    same = {name for name, held in expected["currents"].items() if found["currents"].get(name) == held}
    if all(name in same for name in expected["currents"] if name.startswith(BOUGHT_FROM)):
        assert bought == expected["receipts"]
        assert found["currents"]["cut/ep001"] == expected["currents"]["cut/ep001"]
    with wire_project(project).store as store:
        assert store.lineage.stale() == () and decisions(store) == expected["decisions"]
    assert verify(project) == ()
