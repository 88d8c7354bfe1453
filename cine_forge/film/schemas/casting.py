"""The casting: a person's word on who is who in the scripts of a project."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record


class Ruling(Record):
    """One decision. Names are in capitals, as scripts have them at cues or in action.

    `merge`: all that are called one of `names` are one person. `split`: whoever is called one of `names` is
    a person apart from the one who has had those names. `called` is the name that the person shall have.
    """

    kind: Literal["merge", "split"]
    names: tuple[str, ...] = Field(min_length=1)
    called: str | None = None
    by: str
    why: str = ""


class Casting(Record):
    """`casting@1`, entity `people`: every ruling of the project, the oldest first; a later one wins."""

    rulings: tuple[Ruling, ...] = ()
