"""The records of what must look the same everywhere: people, places and their reference sheets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cine_forge.film.schemas.record import Record
from cine_forge.generation.payloads import Concession
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.grammar import Place


class Asset(Record):
    """`asset@1`, entity `character:ann` or `location:kitchen`, shared by every episode.

    `introduced_in` is the episode whose breakdown owns this record; another episode only lists it.
    """

    id: str
    kind: Literal["character", "location"]
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    introduced_in: str
    look: Look | None = None
    set: SetDesign | None = None
    place: Place | None = None
    version_of: str | None = Field(
        None,
        description="the person of whom this one is the younger or older self",
        exclude_if=lambda base: base is None,
    )


class Sheet(Record):
    """`sheet@1`, entity the asset's: its composite reference sheet (one PNG) and how it was made."""

    asset: str
    kind: Literal["character", "location"]
    name: str
    look: Look | None = None
    set: SetDesign | None = None
    receipt: str
    width: int
    height: int
    conceded: tuple[Concession, ...] = Field(
        (), description="what its model did not get of the request, and why", exclude_if=lambda all: not all
    )
