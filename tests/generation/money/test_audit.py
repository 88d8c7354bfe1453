"""What was bought is still there as it came, and the ledger knows all of it."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cine_forge.generation.money.audit import audit, mend_copies
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Output, State, receipt_folder, write_receipt
from cine_forge.kernel.artifacts.verify.slice import Slice
from tests.generation.support import House, draft, image

NOON = "2026-01-01T12:00:00"
CLIP = b"a clip of some bytes"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with three settled receipts and one that is still reserved."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for number in range(4):
        receipt = ledger.prepare(draft(number, 5, owner="shot:a"))
        receipt = ledger.reserve(receipt, [], NOON)
        folder = receipt_folder(tmp_path, receipt.id)
        folder.mkdir(parents=True)
        for state in (State.SUBMITTING, State.SUBMITTED, State.TERMINAL) if number else ():
            receipt = ledger.advance(receipt, state, NOON)
        if number:
            (folder / "output.mp4").write_bytes(CLIP)
            kept = Output(
                path=f"receipts/{receipt.id}/output.mp4",
                sha256=hashlib.sha256(CLIP).hexdigest(),
                bytes=len(CLIP),
                media_type="video/mp4",
            )
            receipt = ledger.advance(receipt, State.DOWNLOADED, NOON, output=kept)
            receipt = ledger.advance(receipt, State.SETTLED, NOON, cost_micro_usd=5)
        write_receipt(tmp_path, receipt)
    ledger.close()
    return tmp_path


def _codes(project: Path) -> list[tuple[str, str]]:
    return [(finding.fault.code, finding.name.rpartition("/")[2]) for finding in audit(project)]


def _clip(project: Path) -> Path:
    return sorted(project.glob("receipts/*/output.mp4"))[0]


def test_what_came_and_stayed_has_no_fault(project: Path) -> None:
    assert audit(project) == ()
    assert audit(project / "empty") == ()


@pytest.mark.row("H5")
def test_every_flipped_bit_of_a_download_is_found(project: Path) -> None:
    path = _clip(project)
    for bit in range(0, len(CLIP) * 8, 7):
        flipped = bytearray(CLIP)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        assert _codes(project) == [("CF-A020", "output.mp4")], bit


def test_a_lost_download_and_one_that_cannot_be_read_are_found(project: Path) -> None:
    path = _clip(project)
    path.unlink()
    assert _codes(project) == [("CF-A021", "output.mp4")]
    path.write_bytes(CLIP[:-1])
    assert _codes(project) == [("CF-A020", "output.mp4")]


def test_a_readable_copy_that_says_something_else_is_found_and_written_again(project: Path) -> None:
    copies = sorted(project.glob("receipts/*/receipt.json"))
    settled = [copy for copy in copies if (copy.parent / "output.mp4").exists()]
    settled[0].write_text(settled[0].read_text().replace('"cost_micro_usd": 5', '"cost_micro_usd": 1'))
    settled[1].write_text("{")
    settled[2].unlink()
    assert sorted(code for code, _ in _codes(project)) == ["CF-A020", "CF-A020", "CF-A021"]
    assert mend_copies(project) == 3
    assert audit(project) == ()


def test_a_receipt_that_the_ledger_does_not_know_is_found(project: Path) -> None:
    (project / "receipts" / "strange").mkdir()
    (project / "receipts" / "strange" / ".lock").touch()
    assert audit(project) == ()
    (project / "receipts" / "strange" / "output.mp4").touch()
    assert [code for code, _ in _codes(project)] == ["CF-A024"]


def test_a_ledger_that_is_gone_or_garbage_is_found_and_never_made_anew(project: Path) -> None:
    ledger = project / "ledger.sqlite"
    ledger.write_bytes(b"garbage" * 1000)
    assert _codes(project) == [("CF-G012", "ledger.sqlite")]
    ledger.unlink()
    assert _codes(project) == [("CF-G012", "ledger.sqlite")]
    assert not ledger.exists()


def test_slices_find_together_what_the_whole_finds(project: Path) -> None:
    for path in project.glob("receipts/*/output.mp4"):
        path.write_bytes(b"other")
    (project / "receipts" / "strange").mkdir()
    (project / "receipts" / "strange" / "output.mp4").touch()
    whole = sorted(finding.name for finding in audit(project))
    slices = [audit(project, share=Slice(part, 3)) for part in (1, 2, 3)]
    assert sorted(finding.name for found in slices for finding in found) == whole
    assert len(whole) == 4


def test_sums_that_are_not_those_of_the_receipts_are_found_and_counted_anew(project: Path) -> None:
    right = Ledger(project / "ledger.sqlite").totals()
    with closing(sqlite3.connect(project / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE tally SET spent_micro_usd = 0 WHERE scope = 'project'")
        ledger.execute("INSERT INTO tally VALUES ('stage', 'nowhere', 0, 9)")
    assert _codes(project) == [("CF-G066", "ledger.sqlite")]
    assert "`project`, `stage nowhere`" in audit(project)[0].fault.what
    mend_copies(project)
    assert (audit(project), Ledger(project / "ledger.sqlite").totals()) == ((), right)


@pytest.mark.row("H5")
@pytest.mark.parametrize("kept_bytes", [None, 0, 40, -20])
def test_a_log_of_a_run_that_lost_lines_is_found_and_told_again(
    tmp_path: Path, kept_bytes: int | None
) -> None:
    house = House(tmp_path)
    for prompt in ("a lamp", "a stair"):
        house.send(image(prompt=prompt))
    log = tmp_path / "runs" / "run-1" / "receipts.jsonl"
    before = log.read_bytes()
    if kept_bytes is None:
        log.unlink()
    else:
        log.write_bytes(before[:kept_bytes])
    assert [(one.fault.code, one.name) for one in audit(tmp_path)] == [
        ("CF-A020", "runs/run-1/receipts.jsonl")
    ]
    assert mend_copies(tmp_path) == 1
    assert audit(tmp_path) == ()
    assert set(before.splitlines()) <= set(log.read_bytes().splitlines())


def test_a_run_that_was_thrown_away_is_not_missed(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.send()
    shutil.rmtree(tmp_path / "runs" / "run-1")
    assert audit(tmp_path) == ()
