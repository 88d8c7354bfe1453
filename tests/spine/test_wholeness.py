"""What is damaged is found, not used, and repaired by the command that is named."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.spine.studio import Film
from tests.spine.warm import run


def _command(film: Film, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cine_forge.cli", *words]
    if "--project" not in words:
        command += ["--project", str(film.folder)]
    return run(command)


def _verified(film: Film, *words: str) -> dict[str, Any]:
    done = _command(film, "artifacts", "verify", "--json", *words)
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if found["whole"] else 7)
    return found


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.row("H5", "A17")
def test_a_flipped_clip_is_found_with_what_stands_on_it_and_goes_into_no_film(film: Film) -> None:
    shot = film.data("cut")["clips"][0]["shot"]
    clip = film.media("take", ".mp4", f"{shot}/take:1")
    _flip(clip)
    found = _verified(film)
    (taken,) = found["faults"]
    assert (taken["code"], taken["file"]) == ("CF-A020", clip.relative_to(film.folder).as_posix())
    assert {"delivery/ep001@v1", f"take/{shot}/take:1@v1"} <= set(taken["stands_on_it"])
    done = _command(film, "run", "--include", "delivery", "--force", "--quiet")
    assert (done.returncode, "CF-A020" in done.stderr) == (7, True), done.stderr
    assert _command(film, *shlex.split(taken["repairs"][0])[1:]).returncode == 0
    assert _verified(film)["whole"]


@pytest.mark.row("H5")
def test_a_flipped_download_is_found_and_nothing_is_made_of_it(film: Film) -> None:
    for output in film.folder.glob("receipts/*/output.mp4"):
        _flip(output)
    faults = _verified(film)["faults"]
    assert {fault["code"] for fault in faults} == {"CF-A020"}
    assert all(fault["file"].startswith("receipts/") for fault in faults)
    done = _command(film, "run", "--include", "generation", "--force", "--quiet")
    assert (done.returncode, "CF-A020" in done.stderr) == (7, True), done.stderr


@pytest.mark.row("H5")
@pytest.mark.parametrize("lost", ["artifacts/cut/*/v0001.json", "artifacts/sheet/character-ann-*/*.png",
                                  "derivations/cut/*/d0001.json"])  # fmt: skip
def test_the_named_command_puts_right_what_was_lost(film: Film, lost: str) -> None:
    (path,) = film.folder.glob(lost)
    path.unlink()
    repairs = {fault["repairs"][0]: None for fault in _verified(film)["faults"] if fault["repairs"]}
    for repair in repairs:
        done = _command(film, *shlex.split(repair)[1:])
        assert done.returncode == 0, done.stderr
    assert _verified(film)["whole"]
    assert path.is_file()


def test_five_nights_find_what_one_finds(film: Film) -> None:
    for board in film.folder.glob("artifacts/finish_board/*/*.png"):
        board.unlink()
    whole = sorted(fault["file"] for fault in _verified(film)["faults"])
    nights = [_verified(film, "--slice", f"{night}/5") for night in range(1, 6)]
    assert sorted(fault["file"] for night in nights for fault in night["faults"]) == whole
    assert len(whole) > 3


def test_a_damaged_picture_is_not_shown_in_a_report(film: Film, tmp_path: Path) -> None:
    def pictures() -> int:
        done = _command(film, "runs", "report", "--html", str(tmp_path / "r.html"))
        assert done.returncode == 0, done.stderr
        return (tmp_path / "r.html").read_text().count("data:image/jpeg")

    before = pictures()
    boards = sorted(film.folder.glob("artifacts/finish_board/*/*.png"))
    _flip(boards[0])
    assert pictures() == before - 1


def test_a_garbage_index_is_found_and_made_again(film: Film) -> None:
    (film.folder / "index.sqlite").write_bytes(b"garbage" * 5000)
    assert [fault["repairs"][0].split(" --")[0] for fault in _verified(film)["faults"]] == [
        "cine-forge artifacts rebuild"
    ]
    done = _command(film, "artifacts", "rebuild", "--json")
    assert (done.returncode, json.loads(done.stdout)["schema"]) == (0, "rebuild/1"), done.stderr
    assert _verified(film)["whole"]
    assert set(film.run().values()) == {"reused"}
