"""Dressing: every piece that a set design can list is built, and stands where nobody stands."""

from __future__ import annotations

import math

import pytest

from cine_forge.film.looks.design import design_set
from cine_forge.film.looks.scenery import INDOOR, OUTDOOR, PLAIN_INDOOR, PLAIN_OUTDOOR
from cine_forge.previz.sets.dressing import dress
from cine_forge.previz.sets.exterior import known_exteriors
from cine_forge.previz.sets.fitting import known_fittings
from cine_forge.previz.sets.furniture import known_furniture
from cine_forge.previz.stage.light import light_of
from cine_forge.staging.grammar import Place
from tests.previz.scenes import blocked


def test_every_piece_of_every_family_is_built_by_somebody() -> None:
    known = {*known_exteriors(), *known_fittings(), *known_furniture()}
    families = (*INDOOR, *OUTDOOR, PLAIN_INDOOR, PLAIN_OUTDOOR)
    assert not {name for family in families for name in family.pieces} - known


@pytest.mark.row("G9")
@pytest.mark.parametrize("name", ["KITCHEN", "OFFICE", "BAR", "LIBRARY", "CHURCH"])
def test_the_middle_of_a_room_stays_free_for_the_players(name: str) -> None:
    design = design_set("location:x", name, Place.INT, "")
    pieces = dress(design, light_of(blocked()), outdoors=False)
    standing = [piece for piece in pieces if not piece.behind and piece.high > 0.3]
    assert len(pieces) >= len(design.pieces) - 1
    assert all(math.hypot(piece.at[0], piece.at[2]) > 0.7 or piece.at[1] > 1.9 for piece in standing)


def test_a_design_gives_the_same_set_each_time() -> None:
    design = design_set("location:x", "WOODS", Place.EXT, "")
    one, again = (dress(design, light_of(blocked()), outdoors=True) for _ in range(2))
    assert [piece.at.tolist() for piece in one] == [piece.at.tolist() for piece in again]
