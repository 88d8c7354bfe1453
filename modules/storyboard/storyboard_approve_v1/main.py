"""The approval of a pencil board: a person's word, or the board's own checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.paths import board_file
from cine_forge.film.requests.board_approval import Gate, approval_draft, decide, run_checks, waiting_sentence
from cine_forge.film.requests.boards import KeptBoard
from cine_forge.film.schemas.board import Board
from cine_forge.film.schemas.shot import Shot


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Approve or refuse one pencil board, or wait for a person."""
    given, subject = inputs["shot"], inputs["pencil"]
    assert isinstance(given, Given) and isinstance(subject, Given)
    shot = Shot.model_validate(given.data)
    pencil = KeptBoard(Board.model_validate(subject.data), subject.ref, subject.digest, subject.media)
    gate = Gate(int(context.facts["delivery.width"]), int(context.facts["delivery.height"]))
    checks = run_checks(shot, pencil, subject.open_media(board_file(pencil.board.tier)), gate)
    approval = decide(pencil, checks, decisions=context.decisions, mode=params["approve"])
    if approval is None:
        return StageResult(waiting=waiting_sentence(shot, pencil, checks))
    return StageResult((approval_draft(approval),))
