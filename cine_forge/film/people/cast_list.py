"""The cast list: the people and places of an episode as assets, shared by every episode.

A record is made once and kept: its look or set may change only when the introduction it was made from is
gone from its own episode's script and another one stands there. People who come later are given looks that
differ from those already taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Protocol

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import entity_id, spelled
from cine_forge.film.people.people import People
from cine_forge.film.people.person import Person
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import EntitySet, Scene, SetMember
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.grammar import Place

_MOST_DESCRIPTION = 400
_MOST_TAKEN = 200
_GROUP = "A group that speaks or acts as one."


class Designer(Protocol):
    """Who gives people and places what makes them recognisable; the module `film.looks.design` is one."""

    def design_look(self, entity_id: str, name: str, description: str, taken: Sequence[Look]) -> Look:
        """Return a look that fits the description and differs from those taken."""

    def design_set(self, entity_id: str, name: str, place: Place | None, description: str) -> SetDesign:
        """Return the set of a location."""


@dataclass(frozen=True)
class Location:
    """A place by its heading's name. `descriptions` are the opening paragraphs of its scenes, in order."""

    id: str
    name: str
    place: Place | None
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Locations:
    """The location of each scene, by position."""

    by_position: tuple[Location, ...]

    @classmethod
    def of(cls, drafts: Sequence[SceneDraft], episode: str) -> Locations:
        """Gather the places of a draft; scenes with the same location name share one."""
        names = [_name(draft, episode) for draft in drafts]
        told: dict[str, list[str]] = {}
        for draft, name in zip(drafts, names, strict=True):
            told.setdefault(entity_id("location", name), []).extend(_openings(draft))
        first: dict[str, Location] = {}
        for draft, name in zip(drafts, names, strict=True):
            identity = entity_id("location", name)
            first.setdefault(identity, Location(identity, name, draft.where.place, tuple(told[identity])))
        return cls(tuple(first[entity_id("location", name)] for name in names))

    def at(self, position: int) -> Location:
        """Return the location of the scene at `position`, as its own heading names it."""
        return self.by_position[position]

    def get(self, identity: str) -> Location:
        """Return the location with that id, or a bare one when an insert kept a place that is gone."""
        bare = Location(identity, identity.partition(":")[2].replace("-", " ").upper(), None)
        return self._by_id.get(identity, bare)

    @cached_property
    def _by_id(self) -> dict[str, Location]:
        return {location.id: location for location in self.by_position}


@dataclass(frozen=True)
class CastList:
    """`members` lists every asset the episode uses, `owned` the records that this episode keeps."""

    members: EntitySet
    owned: tuple[Asset, ...]


class Desk:
    """Keeps what is known and designs what is new, in order; each new look differs from those before it."""

    def __init__(
        self,
        episode: str,
        known: Mapping[str, Asset],
        find: Callable[[str], Asset | None],
        designer: Designer,
    ) -> None:
        self.episode = episode
        self.find = find
        self.designer = designer
        self.taken: dict[str, Look] = {one.id: one.look for one in known.values() if one.look}

    def person(self, person: Person, owners: Mapping[str, str]) -> Asset:
        """Return a person's record: the known one, or one with a new look. `owners` says whose a name is."""
        known = self.find(person.id)
        if known and not self._is_changed(known, person.descriptions):
            return self._renamed(known, person, owners)
        description = person.descriptions[0][:_MOST_DESCRIPTION] if person.descriptions else ""
        if person.is_group:
            description = _GROUP
        self.taken.pop(person.id, None)
        others = list(islice(reversed(self.taken.values()), _MOST_TAKEN))[::-1]
        look = self.designer.design_look(person.id, person.name, description, others)
        self.taken[person.id] = look
        return Asset(
            id=person.id,
            kind="character",
            name=person.name,
            aliases=person.aliases,
            description=description,
            introduced_in=self.episode,
            look=look,
            version_of=person.version_of,
        )

    def _renamed(self, known: Asset, person: Person, owners: Mapping[str, str]) -> Asset:
        """Return the known record with the names that cues give now; what is only said adds none."""
        names = {spelled(name) for name in (known.name, *known.aliases)}
        lost = [name for name in names if owners.get(name, person.id) != person.id]
        same = known.name == person.name and known.version_of == person.version_of
        if known.introduced_in != self.episode or (same and not lost and names.issuperset(person.cues)):
            return known
        own = {spelled(name): name for name in (*person.aliases, known.name, *known.aliases)}
        own = {name: written for name, written in own.items() if name not in (spelled(person.name), *lost)}
        changes = {"name": person.name, "aliases": tuple(own.values()), "version_of": person.version_of}
        return known.model_copy(update=changes)

    def location(self, location: Location) -> Asset:
        """Return a place's record: the known one unless rewritten words ask for another set."""
        known = self.find(location.id)
        if known and not self._is_changed(known, location.descriptions):
            return known
        description = location.descriptions[0] if location.descriptions else ""
        design = self.designer.design_set(location.id, location.name, location.place, description)
        if known and known.set == design:
            return known
        return Asset(
            id=location.id,
            kind="location",
            name=location.name,
            description=description,
            introduced_in=self.episode,
            set=design,
            place=location.place,
        )

    def _is_changed(self, known: Asset, told: Sequence[str]) -> bool:
        """Whether the introduction that a record was made from was rewritten in its own episode."""
        if known.introduced_in != self.episode or not told:
            return False
        return known.description not in [one[:_MOST_DESCRIPTION] for one in (*told, _GROUP)]


def list_cast(scenes: Sequence[Scene], people: People, locations: Locations, desk: Desk) -> CastList:
    """List the people and the places that the scenes use, people first, in the order they are met."""
    used = dict.fromkeys(scene.location for scene in scenes)
    owners = people.owners
    assets = [desk.person(person, owners) for person in people.members]
    assets += [desk.location(locations.get(identity)) for identity in used]
    members = tuple(SetMember(id=asset.id, label=asset.name) for asset in assets)
    owned = tuple(asset for asset in assets if asset.introduced_in == desk.episode)
    return CastList(EntitySet(members=members), owned)


def _name(draft: SceneDraft, episode: str) -> str:
    """The location's name; a mere label such as `Act 1` names a place of this episode only."""
    if draft.is_label:
        return f"UNNAMED PLACE ({episode} {draft.heading.text.upper()})"
    return " ".join(draft.where.location.upper().split())


def _openings(draft: SceneDraft) -> Iterator[str]:
    """Yield the first paragraph of a scene that shows its own place."""
    if draft.lead is None and not draft.heading.omitted:
        first = next(draft.actions, None)
        if first:
            yield " ".join(first.text.split())[:_MOST_DESCRIPTION]
