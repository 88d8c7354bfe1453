"""The approval of a pencil board: a person's word wins; without one the board's own checks may decide.

The checks are cheap and repeatable: the file, its size, its contrast, and through the viewfinder whether
those who belong in the picture are in it as large as the shot says. It is bound to one pencil by digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageStat, UnidentifiedImageError

from cine_forge.film.requests.boards import KeptBoard, half_size
from cine_forge.film.schemas.board import BoardApproval, BoardCheck
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.shots.viewfinder import faces_outside, measure_body
from cine_forge.kernel.artifacts.records.envelope import Draft

_LEAST_CONTRAST = 6.0


@dataclass(frozen=True)
class Gate:
    """What the checks measure against. `width` and `height` are the delivery's, in pixels."""

    width: int
    height: int

    @property
    def aspect(self) -> float:
        """Return width over height."""
        return self.width / self.height


def decide(
    pencil: KeptBoard,
    checks: Sequence[BoardCheck],
    *,
    decisions: Sequence[Mapping[str, Any]],
    mode: str,
) -> BoardApproval | None:
    """Return the approval or refusal, or None while a person has to decide.

    The newest human statement about this very pencil wins. In mode `auto` passing checks approve and
    failing ones wait for a person, like mode `ask` always does.
    """
    spoken = [
        found for found in decisions if found.get("digest") == pencil.digest and found.get("kind") in _YES_NO
    ]
    if spoken:
        newest = spoken[-1]
        word = _Word(newest["kind"] == "approve", str(newest.get("by", "")), str(newest.get("note") or ""))
        return _approval(pencil, checks, word)
    if mode == "auto" and all(check.passed for check in checks):
        return _approval(pencil, checks, _Word(True, "auto"))
    return None


def waiting_sentence(shot: Shot, pencil: KeptBoard, checks: Sequence[BoardCheck]) -> str:
    """Say what a person has to do, and which checks failed."""
    failed = ", ".join(f"{check.name} ({check.evidence})" for check in checks if not check.passed)
    why = f"; failed: {failed}" if failed else ""
    return f"board {shot.label} waits for approval: `cine-forge review approve {pencil.ref}`{why}"


def approval_draft(approval: BoardApproval) -> Draft:
    """Offer an approval to be kept."""
    word = "approved" if approval.approved else "refused"
    return Draft(
        output="approval",
        entity=approval.shot,
        data=approval.model_dump(mode="json"),
        intent="Decide whether the pencil may be finished",
        rationale=f"{word} by {approval.by}",
        source="code" if approval.by == "auto" else "human",
    )


def run_checks(shot: Shot, pencil: KeptBoard, path: Path, gate: Gate) -> tuple[BoardCheck, ...]:
    """Look at the pencil's file and through its camera; cheap checks first, all of them reported."""
    opened = _open(path)
    if opened is None:
        return (BoardCheck(name="readable", passed=False, evidence="the file is no readable picture"),)
    return (
        BoardCheck(name="readable", passed=True, evidence=f"PNG {opened.width} × {opened.height}"),
        _half_size(opened, gate),
        _contrast(opened),
        _people_inside(shot, gate.aspect),
        _subject_size(shot, gate.aspect),
    )


_YES_NO = frozenset({"approve", "reject"})


@dataclass(frozen=True)
class _Word:
    approved: bool
    by: str
    note: str = ""


def _approval(pencil: KeptBoard, checks: Sequence[BoardCheck], word: _Word) -> BoardApproval:
    return BoardApproval(
        shot=pencil.board.shot,
        board=pencil.ref,
        board_digest=pencil.digest,
        approved=word.approved,
        by=word.by,
        note=word.note,
        checks=tuple(checks),
    )


def _open(path: Path) -> Image.Image | None:
    try:
        with Image.open(path) as picture:
            return picture.convert("L") if picture.format == "PNG" else None
    except (UnidentifiedImageError, OSError):
        return None


def _half_size(picture: Image.Image, gate: Gate) -> BoardCheck:
    wanted = half_size(gate.width, gate.height)
    found = (picture.width, picture.height)
    evidence = f"{found[0]} × {found[1]}, expected {wanted[0]} × {wanted[1]}"
    return BoardCheck(name="half_size", passed=found == wanted, evidence=evidence)


def _contrast(picture: Image.Image) -> BoardCheck:
    spread = ImageStat.Stat(picture).stddev[0]
    evidence = f"contrast {spread:.1f}, expected at least {_LEAST_CONTRAST:.0f}"
    return BoardCheck(name="not_blank", passed=spread >= _LEAST_CONTRAST, evidence=evidence)


def _people_inside(shot: Shot, aspect: float) -> BoardCheck:
    outside = faces_outside(shot.blocking.camera, shot.blocking.figures, aspect)
    evidence = f"outside the frame: {', '.join(outside)}" if outside else "every face is inside the frame"
    return BoardCheck(name="people_inside", passed=not outside, evidence=evidence)


def _subject_size(shot: Shot, aspect: float) -> BoardCheck:
    measured = measure_body(shot.blocking.camera, shot.blocking.figures, aspect)
    if measured is None:
        return BoardCheck(name="subject_size", passed=True, evidence="nobody to measure")
    evidence = (
        f"a body fills {measured.share:.2f} of the frame's height, "
        f"expected {measured.least:.2f} to {measured.most:.2f}"
    )
    return BoardCheck(name="subject_size", passed=measured.fits, evidence=evidence)
