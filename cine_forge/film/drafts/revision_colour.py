"""Revision colours: which paper a draft is printed on, so that everyone holds the same pages.

The colours and their order are data (`configs/revision_colours.yaml`, which a project may replace); this
file only counts. Which lines of a draft are in which colour is decided in `revision`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Colour(BaseModel):
    """A paper: its name, and what it looks like on a screen (`#rrggbb`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=40)
    screen: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")


class RevisionColours(BaseModel):
    """The colours in order. After the last the first comes again, `round` times."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    colours: tuple[Colour, ...] = Field(min_length=1, strict=False)
    rounds: tuple[str, ...] = Field(("", "double ", "triple "), min_length=1, strict=False)

    def of(self, draft: int) -> Colour:
        """Return the colour of a draft; the first is 0. Behind the named rounds they are counted."""
        turn, place = divmod(draft, len(self.colours))
        colour = self.colours[place]
        ahead = self.rounds[turn] if turn < len(self.rounds) else f"{turn + 1} × "
        return Colour(name=f"{ahead}{colour.name}", screen=colour.screen)

    def names(self) -> list[str]:
        """Return the names of the first round."""
        return [colour.name for colour in self.colours]
