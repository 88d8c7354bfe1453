"""The records of the two-tier board: pencil, approval, finish."""

from __future__ import annotations

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.generation.payloads import Concession
from cine_forge.staging.grammar import Tier


class Board(Record):
    """`pencil_board@1` and `finish_board@1`, entity the shot's; the picture is its one media file (PNG)."""

    shot: str
    label: str
    tier: Tier
    width: int
    height: int
    prompt: str
    receipt: str
    references: tuple[str, ...] = Field((), description="sha-256 of each reference, the first one first")
    conceded: tuple[Concession, ...] = Field(
        (), description="what its model did not get of the request, and why", exclude_if=lambda all: not all
    )


class BoardCheck(Record):
    """One check of the board's own approval gate."""

    name: str
    passed: bool
    evidence: str


class BoardApproval(Record):
    """`board_approval@1`, entity the shot's. It is bound to one pencil board by its digest."""

    shot: str
    board: str
    board_digest: str
    approved: bool
    by: str
    note: str = ""
    checks: tuple[BoardCheck, ...] = ()
