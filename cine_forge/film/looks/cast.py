"""Who is who in a scene: finds the people of the cast in a sentence, by name, alias or first name.

Coverage asks it whom a shot shows; prompts ask it which names must not leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cine_forge.film.schemas.asset import Asset
from cine_forge.staging.blocking import Look

_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "miss", "sir", "the", "old", "young", "little", "man", "woman", "voice"}
)
_PART = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
PLAIN_LOOK = Look(skin="#c99b7a", hair="#3a2d25", top="#6d7a86", bottom="#3d434a", accent="#b0863c")


@dataclass(frozen=True)
class Cast:
    """The characters of one scene, in the order of their first appearance."""

    members: tuple[Asset, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the entity ids in order."""
        return tuple(member.id for member in self.members)

    def named(self, character: str) -> Asset | None:
        """Return the member with that entity id, or None."""
        return next((member for member in self.members if member.id == character), None)

    def look(self, character: str) -> Look:
        """Return how a character looks; an undesigned one gets a plain look."""
        member = self.named(character)
        return member.look if member and member.look else PLAIN_LOOK

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the ids of those whom the text names, in the order of their first mention."""
        found: list[tuple[int, str]] = []
        for member in self.members:
            at = self._pattern(member.id).search(text)
            if at:
                found.append((at.start(), member.id))
        return tuple(character for _, character in sorted(found))

    def _pattern(self, character: str) -> re.Pattern[str]:
        return self._patterns[character]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {member.id: _whole_words(names_of(member)) for member in self.members}


def cast_of(characters: Sequence[str], assets: Iterable[Asset]) -> Cast:
    """Gather the cast in the given order from the assets; an id without an asset is left out."""
    by_id = {asset.id: asset for asset in assets if asset.kind == "character"}
    return Cast(tuple(by_id[character] for character in characters if character in by_id))


def names_of(asset: Asset) -> tuple[str, ...]:
    """Return every text that names the asset, the longest first: name, aliases, parts of a person's name."""
    names = {asset.name, *asset.aliases}
    if asset.kind == "character":
        names |= {part for name in tuple(names) for part in _PART.findall(name) if _can_stand_alone(part)}
    return tuple(sorted((name for name in names if name.strip()), key=lambda name: (-len(name), name)))


def _can_stand_alone(part: str) -> bool:
    return len(part) > 1 and part.lower() not in _TITLES


def _whole_words(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in names) + r")(?!\w)", re.IGNORECASE)
