"""What a unit prints is kept up to a size, its end included, and never costs the unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.running.output_log import MOST_BYTES, OutputLog


def log(path: Path, *pieces: bytes) -> OutputLog:
    kept = OutputLog(path)
    for piece in pieces:
        kept.take(piece)
    kept.close()
    return kept


def test_who_prints_nothing_leaves_no_file(tmp_path: Path) -> None:
    log(tmp_path / "logs" / "unit.log", b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "pieces", [(b"one\n", b"two\n"), (b"x" * (MOST_BYTES - 1), b"y"), (b"a", b"b" * 700_000)]
)
def test_what_fits_is_kept_whole(tmp_path: Path, pieces: tuple[bytes, ...]) -> None:
    kept = log(tmp_path / "unit.log", *pieces)
    assert (tmp_path / "unit.log").read_bytes() == b"".join(pieces)
    assert kept.dropped == 0


@pytest.mark.parametrize("size", [1, 1000, 65_536, 3_000_000])
def test_beginning_and_end_are_kept_and_the_middle_is_counted(tmp_path: Path, size: int) -> None:
    printed = b"".join(b"%09d\n" % number for number in range(300_000))
    pieces = [printed[at : at + size] for at in range(0, len(printed), size)] if size > 1 else [printed]
    kept = log(tmp_path / "unit.log", *pieces)
    assert kept.dropped == len(printed) - MOST_BYTES
    middle = f"\n[{kept.dropped:,} bytes are left out here]\n".encode()
    half = MOST_BYTES // 2
    assert (tmp_path / "unit.log").read_bytes() == printed[:half] + middle + printed[-half:]


def test_an_earlier_log_is_replaced_and_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    log(tmp_path / "unit.log", b"long ago")
    log(tmp_path / "unit.log", b"now")
    (tmp_path / "link.log").symlink_to(tmp_path / "unit.log")
    assert log(tmp_path / "link.log", b"elsewhere").last_lines() == ["elsewhere"]
    assert (tmp_path / "unit.log").read_bytes() == b"now"


def test_the_last_lines_are_twenty_at_most_and_hold_no_control_signs(tmp_path: Path) -> None:
    kept = log(tmp_path / "unit.log", b"".join(b"%d\x07\r\n" % number for number in range(50)))
    assert kept.last_lines() == [str(number) for number in range(30, 50)]
