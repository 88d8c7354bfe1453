"""Additions: what an author may add to a scene's breakdown, asked for as data and checked against the text.

An author is given the scene's lines and its entities as one line of JSON, and answers within a schema that
names nothing but lines, words, categories and the entities it was given. What it says is believed only as far
as the text bears it out: the words must stand on their line, and what is kept is the script's own spelling.
Nothing can be removed: there is no way to say it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.spelling import Spelling
from cine_forge.film.naming import entity_id
from cine_forge.film.schemas.addition import AddedAlias, AddedMention, BreakdownAdditions
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene

CONFIDENCE = 0.5
"""Of everything that is added: the words are there, and nobody has judged what they mean."""

PERSON = "character"
"""The one category of an addition that is no thing: somebody of the cast, called otherwise."""

NOTHING: Mapping[str, Any] = {"mentions": [], "aliases": []}
"""The deterministic author's answer: it has said all it knows in the breakdown itself."""

_MOST_MENTIONS, _MOST_ALIASES = 100, 40
_MOST_WARNINGS = 12
_SHOWN = 40


def answer_schema(scene: Scene) -> dict[str, Any]:
    """Return the schema of an author's answer about a scene: every field is there, and no other."""
    spot = {
        "line": {"type": "integer", "minimum": 0, "maximum": max(1, *lines_of(scene))},
        "words": {"type": "string"},
    }
    people = list(_people(scene))
    category = {"type": "string", "enum": [*Category, *([PERSON] if people else [])]}
    entity = {"type": ["string", "null"], "enum": [*people, None]}
    mention = {**spot, "category": category, "entity": entity}
    return _object({"mentions": _list_of(mention), "aliases": _list_of({**spot, "entity": entity})})


def material(scene: Scene, assets: Iterable[Asset]) -> str:
    """Return what an author is given, as one line of JSON: no line of a script can end it or begin another.

    Signs that cannot be seen are written out, so that nobody is shown other words than are there.
    """
    names = {one.id: [one.name, *one.aliases] for one in assets}
    told = {
        "scene": scene.number,
        "lines": [{"line": at, "text": text} for at, text in lines_of(scene).items()],
        "entities": [{"entity": one, "names": names.get(one, [])} for one in _people(scene)],
        "known_props": list(scene.props),
    }
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return "".join(_written_out(sign) if _is_hidden(sign) else sign for sign in plain)


def lines_of(scene: Scene) -> dict[int, str]:
    """Return the scene's lines by their number, the heading's being 0."""
    lines = {0: scene.heading}
    for element in scene.elements:
        for offset, text in enumerate(element.text.split("\n")):
            at = element.at + offset
            lines[at] = f"{lines[at]} {text}" if at in lines and text not in lines[at] else text
    return dict(sorted(lines.items()))


@dataclass
class Check:
    """The check of one answer. `warnings` say where it did not stand up to the text."""

    scene: Scene
    assets: Sequence[Asset]
    faults: list[str] = field(default_factory=list)

    def additions(self, answer: Mapping[str, Any], author: Any) -> BreakdownAdditions:
        """Return what stands up to the text. `answer` fits `answer_schema`."""
        mentions = self._kept("mention", answer["mentions"], _MOST_MENTIONS, self._mention)
        aliases = self._kept("name", answer["aliases"], _MOST_ALIASES, self._alias)
        return BreakdownAdditions(
            scene=self.scene.id,
            author=author,
            mentions=tuple(mentions),
            aliases=tuple(aliases),
            dropped=len(self.faults),
        )

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each of the first faults, and one that counts the rest."""
        where = f"scene {self.scene.number}"
        shown = [f"{where}, {fault}; the addition was dropped" for fault in self.faults[:_MOST_WARNINGS]]
        left = len(self.faults) - len(shown)
        return (*shown, *([f"{where}: {left} more additions were dropped"] if left else []))

    def _kept(self, what: str, said: Sequence[Mapping[str, Any]], most: int, read: Any) -> Iterator[Any]:
        """Yield what stands up, each once; what is said twice, or known already, is no fault."""
        seen: set[tuple[str, str]] = set()
        for position, one in enumerate(said):
            if position >= most:
                self.faults.append(f"line {one['line']}: more than {most} of a kind ({what})")
                continue
            found = read(one)
            key = (found.entity, found.name.casefold()) if found is not None else None
            if key is not None and key not in seen:
                seen.add(key)
                yield found

    def _mention(self, said: Mapping[str, Any]) -> AddedMention | None:
        name = self._words(said)
        if name is None:
            return None
        category, entity = said["category"], said["entity"]
        if (category == PERSON) != (entity is not None):
            wanted = "somebody of the cast" if category == PERSON else "no entity of the scene"
            self._fault(said, f"a `{category}` is {wanted}")
            return None
        if category != PERSON and name.casefold() in self._known_things:
            return None
        identity = entity if entity is not None else entity_id(category, name)
        return AddedMention(
            category=category, entity=identity, name=name, at=said["line"], confidence=CONFIDENCE
        )

    def _alias(self, said: Mapping[str, Any]) -> AddedAlias | None:
        name = self._words(said)
        if name is None:
            return None
        if " " not in name and name != name.upper() and name == name.lower():
            self._fault(said, "one word in small letters is no name")
            return None
        owner = self._owners.get(name.casefold())
        if said["entity"] is None:
            self._fault(said, "a name is somebody's of the cast")
            return None
        if owner == said["entity"]:
            return None
        if owner is not None:
            self._fault(said, f"it is a name of `{owner}` already")
            return None
        return AddedAlias(entity=said["entity"], name=name, at=said["line"], confidence=CONFIDENCE)

    def _words(self, said: Mapping[str, Any]) -> str | None:
        """Return the words as the script spells them, or note that they are not there."""
        spelling = self._lines.get(said["line"])
        if spelling is None:
            self._fault(said, "the scene has no such line")
            return None
        found = spelling.find(said["words"])
        if found is None:
            self._fault(said, "these words are not on that line")
        return found

    def _fault(self, said: Mapping[str, Any], why: str) -> None:
        self.faults.append(f"line {said['line']}, `{_shown(said['words'])}`: {why}")

    @cached_property
    def _lines(self) -> Mapping[int, Spelling]:
        return {at: Spelling(text) for at, text in lines_of(self.scene).items()}

    @cached_property
    def _known_things(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.scene.props)

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """Return every name that somebody of the scene has, and whose it is."""
        return {name.casefold(): one.id for one in self.assets for name in (one.name, *one.aliases)}


def _people(scene: Scene) -> Iterator[str]:
    yield from dict.fromkeys(scene.cast)


def _object(fields: Mapping[str, Any]) -> dict[str, Any]:
    shape = {"type": "object", "properties": dict(fields), "required": list(fields)}
    return {**shape, "additionalProperties": False}


def _list_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(fields)}


def _is_hidden(sign: str) -> bool:
    return not sign.isprintable()


def _written_out(sign: str) -> str:
    return json.dumps(sign)[1:-1]


def _shown(words: str) -> str:
    plain = "".join(sign if sign.isprintable() and sign != "`" else "�" for sign in words[: _SHOWN + 1])
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
