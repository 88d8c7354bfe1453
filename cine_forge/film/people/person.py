"""A person of a script, and what a text or a cue says of one."""

from __future__ import annotations

from dataclasses import dataclass

from cine_forge.film.breakdown.lexicon import GROUPS, PRONOUN_GROUPS, VOICE_WORDS
from cine_forge.film.people.evidence import Link


@dataclass(frozen=True)
class Person:
    """One person or group. `descriptions` are the strong introductions, in script order.

    `cues` are the names under which the person speaks. Somebody met at two ages is two persons, one of them
    a `version_of` the other: one human being with two looks. `evidence` says why the names are one person's.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    version_of: str | None = None
    evidence: tuple[Link, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether the name stands for several people: `CROWD`, `ALL`."""
        return self.name.lower().removeprefix("the ") in GROUPS

    @property
    def stands_on_set(self) -> bool:
        """Whether the person is seen when they speak: `ALL` and a bare voice are not."""
        words = self.name.lower().split()
        if self.name.lower() in PRONOUN_GROUPS:
            return False
        return bool(self.descriptions) or not any(word in VOICE_WORDS for word in words)


@dataclass(frozen=True)
class Named:
    """A person where a text names them. `start` is an offset; `present` is False for a mere possessive."""

    id: str
    start: int
    present: bool


@dataclass(frozen=True)
class Speaker:
    """Whose voice a cue announces. Several ids for `BRICK & STEEL`."""

    ids: tuple[str, ...]
    name: str
    off_screen: bool
