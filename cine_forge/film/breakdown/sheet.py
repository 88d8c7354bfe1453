"""The breakdown sheet: what every department needs to know of one scene, made from that scene alone.

    sheet_of
      _Parts                         who speaks, who is only seen, who is only heard, who a group cue means
      things_in, identified          things and effects, each once, with all its lines
      _with_tags                     what a person tagged in the source is certain

Pure: the scene's record, the people it names and its tagged items give the sheet. Lines count from the
heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cine_forge.film.breakdown.cast_names import CastNames
from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.lexicon import GROUPS, PRONOUN_GROUPS
from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.nouns.catalogue import forms
from cine_forge.film.breakdown.page import eighths_of, length_of, printed_lines
from cine_forge.film.breakdown.tagged import CAST
from cine_forge.film.breakdown.things import Thing, identified, things_in
from cine_forge.film.naming import entity_id, spelled
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SceneTags, SheetItem, SheetPerson
from cine_forge.film.schemas.scene import Scene
from cine_forge.film.screenplay.cues import is_off_screen
from cine_forge.film.screenplay.document import Element, ElementType

_SEPARATE = re.compile(r" (?:AND|&|UND|ET|Y|И) | ?/ ?|, ")
_TWO = re.compile(r"^(?:THE )?(?:TWO|BOTH|THREE|FOUR|FIVE)\b(?P<kind>.*)$")
_ORDER = {category.value: place for place, category in enumerate(Category)}
_SENTENCE = re.compile(r"^.{20,}?[.!?](?=\s|$)")
_MOST_SYNOPSIS = 90
_SURE_OF_NAME = 0.9


def sheet_of(scene: Scene, cast: Sequence[Asset], tags: SceneTags | None = None) -> BreakdownSheet:
    """Return the sheet of a scene. `cast` are the records of the people whom it shows."""
    elements = tuple(_elements(scene))
    names = _names(scene, cast)
    lines = 0 if scene.omitted else printed_lines(elements)
    items = () if scene.omitted else tuple(_items(elements, names, tags))
    return BreakdownSheet(
        scene=scene.id,
        number=scene.number,
        heading=scene.heading,
        omitted=scene.omitted,
        parent=scene.parent,
        place=scene.place,
        location=scene.location,
        location_name=scene.location_name,
        sublocation=scene.sublocation,
        time=scene.time,
        daytime=scene.daytime,
        synopsis=_synopsis(scene),
        printed_lines=lines,
        length=str(length_of(lines)),
        eighths=0 if scene.omitted else eighths_of(lines),
        people=tuple(_Parts(scene, cast, names).people()),
        items=items,
    )


def _elements(scene: Scene) -> Iterator[Element]:
    """The scene as elements again, its heading on line 1."""
    heading = ElementType.SCENE_HEADING
    yield Element(type=heading, text=scene.heading, raw=scene.heading, line=1, end_line=1)
    for one in scene.elements:
        line = one.at + 1
        kind, end = ElementType(one.type), line + one.text.count("\n")
        yield Element(type=kind, text=one.text, raw=one.text, line=line, end_line=end, dual=one.dual)


def _names(scene: Scene, cast: Sequence[Asset]) -> CastNames:
    called = {asset.id: [asset.name, *asset.aliases] for asset in cast}
    for element in scene.elements:
        if element.character and element.name:
            names = called.setdefault(element.character, [])
            if len(_SEPARATE.split(spelled(element.name))) == 1:
                names.append(element.name)
    return CastNames(called)


def _synopsis(scene: Scene) -> str:
    """The first sentence of the action, as a schedule shows it; cut at a word."""
    told = next((one.text for one in scene.elements if one.type == ElementType.ACTION), "")
    text = " ".join(told.split())
    first = _SENTENCE.match(text)
    text = first.group() if first else text
    return (
        text if len(text) <= _MOST_SYNOPSIS else f"{text[:_MOST_SYNOPSIS].rsplit(' ', 1)[0].rstrip(',;:')} …"
    )


def _items(elements: Sequence[Element], names: CastNames, tags: SceneTags | None) -> Iterator[SheetItem]:
    """Each thing once, in the order of a sheet's categories, with every line that names it."""
    gathered: dict[Thing, list[Thing]] = {}
    for thing, first in identified(things_in(elements, names)):
        gathered.setdefault(first, []).append(thing)
    found = [_item(first, all_of_it) for first, all_of_it in gathered.items()]
    last = len(_ORDER)
    whole = _with_tags(found, tags) if tags else found
    yield from sorted(whole, key=lambda one: (_ORDER.get(one.category, last), one.at, one.name))


def _item(first: Thing, mentions: Sequence[Thing]) -> SheetItem:
    return SheetItem(
        category=first.category,
        entity=first.entity,
        name=max(mentions, key=lambda one: (not one.spoken, len(one.name.split()), -one.line)).name,
        at=tuple(sorted({one.line - 1 for one in mentions})),
        confidence=max(one.confidence for one in mentions),
        spoken=all(one.spoken for one in mentions),
    )


def _with_tags(items: list[SheetItem], tags: SceneTags) -> Iterator[SheetItem]:
    """Tagged items first: one that was found too is the same item, now certain."""
    left = list(items)
    for tag in tags.tags:
        if tag.category == CAST:
            continue
        same = next((item for item in left if _is_same(item, tag.category, tag.name, tag.at)), None)
        if same:
            left.remove(same)
        yield SheetItem(
            category=tag.category,
            entity=same.entity
            if same and same.category == tag.category
            else entity_id(tag.category, tag.name),
            name=tag.name,
            at=tuple(sorted({tag.at, *(same.at if same else ())})),
            confidence=1.0,
            tagged=True,
        )
    yield from left


def _is_same(item: SheetItem, category: str, name: str, at: int) -> bool:
    """Whether a found item is what was tagged: the same last noun, in the category or on the line."""
    heads = [set(forms(one.lower().split()[-1])) if one.split() else set() for one in (item.name, name)]
    return bool(heads[0] & heads[1]) and (item.category == category or at in item.at)


@dataclass
class _Part:
    """What the scene tells of one person."""

    name: str
    speeches: int = 0
    seen: bool = False
    at: list[int] = field(default_factory=list)
    members: tuple[str, ...] = ()
    group: bool = False


class _Parts:
    """The people of a scene in the order in which they come up."""

    def __init__(self, scene: Scene, cast: Sequence[Asset], names: CastNames) -> None:
        self.scene = scene
        self.names = names
        self.called = {asset.id: asset.name for asset in cast}
        self.parts: dict[str, _Part] = {}

    def people(self) -> Iterator[SheetPerson]:
        """Yield everyone; somebody of the cast who is named nowhere comes last."""
        for element in self.scene.elements:
            if element.type == ElementType.CHARACTER and element.character and element.name:
                self._hear(element.character, element.name, element.extension or "", element.at)
            elif element.type == ElementType.ACTION:
                self._look(element.text, element.at)
        for person in self.scene.cast:
            self._part(person).seen = True
        for person, part in self.parts.items():
            yield SheetPerson(
                id=person,
                name=part.name,
                part=_kind(part),
                speeches=part.speeches,
                members=part.members,
                at=tuple(sorted(set(part.at))),
                confidence=1.0 if part.speeches else _SURE_OF_NAME,
            )

    def _hear(self, person: str, name: str, extension: str, at: int) -> None:
        known = self.names.owner(name)
        whole = [self.names.owner(one) for one in _SEPARATE.split(spelled(name))]
        speakers = [one for one in whole if one] if len(whole) > 1 and all(whole) and not known else [person]
        for speaker in speakers:
            part = self._part(speaker, name if speakers == [person] else "")
            part.speeches += 1
            part.at.append(at)
            part.seen = part.seen or not is_off_screen(extension)
        if speakers == [person]:
            self._gather(person, spelled(name))

    def _gather(self, person: str, name: str) -> None:
        """Say whom a group cue means: the last two before it, those of a kind, or all who are there."""
        part, small = self.parts[person], name.lower()
        part.group = small in GROUPS or small.removeprefix("the ") in GROUPS or bool(_TWO.match(name))
        if not part.group:
            return
        before = [one for one, other in self.parts.items() if one != person and not other.group]
        several = _TWO.match(name)
        kind = several["kind"].strip() if several else ""
        if kind:
            singular = {form.upper() for form in forms(kind.lower())}
            part.members = tuple(
                one for one in before if set(re.findall(r"\w+", self.parts[one].name.upper())) & singular
            )
        elif small in ("both", "beide") or several:
            part.members = tuple(sorted(before, key=lambda one: -max(self.parts[one].at, default=-1))[:2])
        elif small in PRONOUN_GROUPS:
            part.members = tuple(one for one in self.scene.cast if one != person)

    def _look(self, text: str, at: int) -> None:
        lines = LineFinder(_passage(text, at + 1))
        for spot in self.names.named_in(text):
            part = self._part(spot.id)
            part.at.append(lines.at(spot.start) - 1)

    def _part(self, person: str, name: str = "") -> _Part:
        told = self.called.get(person) or name or person.partition(":")[2].replace("-", " ").upper()
        return self.parts.setdefault(person, _Part(told))


def _kind(part: _Part) -> str:
    if part.group:
        return "group"
    if not part.speeches:
        return "silent"
    return "speaking" if part.seen else "voice"


def _passage(text: str, line: int) -> Element:
    end = line + text.count("\n")
    return Element(type=ElementType.ACTION, text=text, raw=text, line=line, end_line=end)
