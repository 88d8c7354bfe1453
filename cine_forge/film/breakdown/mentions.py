"""Mentions: the ledger that says on which lines of the script everything stands.

Records of scenes hold no absolute line, so that a scene inserted elsewhere leaves them alone; the ledger is
made anew with each draft. The breakdown calls it last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.breakdown.tagged import CAST, tagged_in
from cine_forge.film.breakdown.things import identified, things_in
from cine_forge.film.naming import entity_id, slug_of
from cine_forge.film.people.people import People
from cine_forge.film.schemas.scene import Mention, MentionLedger, Scene, SceneSpan
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import Document, Element, ElementType, Tag
from cine_forge.film.screenplay.source_text import SourceText

_IN_SPEECH = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})
_STORY = frozenset({ElementType.ACTION, ElementType.DIALOGUE})
_SURE_OF_NAME = 0.9
_SURE_OF_POSSESSIVE = 0.7


@dataclass(frozen=True)
class Played:
    """A scene as the draft shows it and as it is kept."""

    draft: SceneDraft
    scene: Scene


def ledger_of(
    document: Document, source: SourceText, scenes: Sequence[Played], people: People
) -> MentionLedger:
    """Return the ledger of a draft: spans of scenes, mentions in script order, and every warning."""
    spans = (
        SceneSpan(scene=played.scene.id, line=played.draft.heading.line, end_line=played.draft.end_line)
        for played in scenes
    )
    mentions = (mention for played in scenes for mention in _mentions(played, people, document.tags))
    return MentionLedger(
        source=source.name,
        source_sha256=source.sha256,
        spans=tuple(spans),
        mentions=tuple(mentions),
        warnings=tuple(_warnings(document, scenes[0].draft.heading.line)),
    )


def _mentions(played: Played, people: People, tags: Sequence[Tag]) -> Iterator[Mention]:
    """Yield places, then cues and people in action, then things of one scene, as often as they are named."""
    yield from _places(played)
    yield from _people(played, people)
    yield from _tagged(played, tags)
    if played.draft.heading.omitted:
        return
    for thing, first in identified(things_in((played.draft.heading, *played.draft.body), people)):
        spot = _Spot(thing.line, thing.line, thing.confidence)
        named = spot.mention(played.scene.id, first.entity, category=thing.category, name=thing.name)
        yield named.model_copy(update={"spoken": True}) if thing.spoken else named


def _tagged(played: Played, tags: Sequence[Tag]) -> Iterator[Mention]:
    """Yield what a person tagged in the source, certain as nothing else is."""
    for tag in tagged_in(played.draft, tags):
        line = played.draft.heading.line + tag.at
        identity = entity_id("character" if tag.category == CAST else tag.category, tag.name)
        told = _Spot(line, line, 1.0).mention(played.scene.id, identity, category=tag.category, name=tag.name)
        yield told.model_copy(update={"tagged": True})


def _places(played: Played) -> Iterator[Mention]:
    scene, heading = played.scene, played.draft.heading
    spot = _Spot(heading.line, heading.end_line, heading.confidence)
    yield spot.mention(scene.id, scene.location, category="location", name=scene.location_name)
    if scene.sublocation and scene.kind != "insert":
        identity = f"{entity_id('sublocation', scene.location_name)}/{slug_of(scene.sublocation)}"
        yield spot.mention(scene.id, identity, category="sublocation", name=scene.sublocation)


def _people(played: Played, people: People) -> Iterator[Mention]:
    body, scene = played.draft.body, played.scene.id
    for index, element in enumerate(body):
        if element.type is ElementType.CHARACTER:
            spot = _Spot(element.line, _end_of_speech(body, index), 1.0)
            for one in people.speaker(parse_cue(element.text)).ids:
                yield spot.mention(scene, one, category="cue", name=people.get(one).name)
        elif element.type is ElementType.ACTION:
            finder = LineFinder(element)
            for found in people.named_in(element.text):
                line = finder.at(found.start)
                spot = _Spot(line, line, _SURE_OF_NAME if found.present else _SURE_OF_POSSESSIVE)
                yield spot.mention(scene, found.id, category="character", name=people.get(found.id).name)


@dataclass(frozen=True)
class _Spot:
    """Where a mention stands, and how sure it is."""

    line: int
    end_line: int
    confidence: float

    def mention(self, scene: str, entity: str, *, category: str, name: str) -> Mention:
        return Mention(
            scene=scene,
            entity=entity,
            category=category,
            name=name,
            line=self.line,
            end_line=self.end_line,
            confidence=self.confidence,
        )


def _end_of_speech(body: Sequence[Element], cue: int) -> int:
    end = body[cue].end_line
    for index in range(cue + 1, len(body)):
        if body[index].type not in _IN_SPEECH:
            break
        end = body[index].end_line
    return end


def _warnings(document: Document, first_heading: int) -> Iterator[str]:
    """Yield what the readers guessed, and that text before the first heading is in no scene."""
    for warned in document.warnings:
        yield f"line {warned.line}: {warned.message}"
    early = (one.line for one in document.elements if one.type in _STORY and one.line < first_heading)
    line = next(early, None)
    if line is not None:
        yield f"line {line}: text before the first scene heading belongs to no scene"
