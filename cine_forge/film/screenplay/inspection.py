"""The inspection: what the readers see in a script, as the `script/1` shape.

`cine-forge script inspect` prints it. No project is needed and nothing is written; a script without a
scene is shown, not refused. It tells what stands there; ids of scenes are the breakdown's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.scene_draft import SceneDraft, cut_scenes
from cine_forge.film.breakdown.story_day import story_days
from cine_forge.film.breakdown.tagged import CAST, is_tagged, tagged_in
from cine_forge.film.breakdown.things import once, things_in
from cine_forge.film.naming import entity_id, slug_of, spelled
from cine_forge.film.people.people import People, find_people
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script

_SURE_OF_FORCED = 0.98


def inspect_script(path: Path) -> dict[str, Any]:
    """Return the script at `path` as `script/1`. Lines count from 1. Raises as `read_script` does."""
    document = read_script(path)
    drafts = cut_scenes(document)
    people = find_people(drafts)
    numbered = list(enumerate(drafts, 1))
    days = [day.mark for day in story_days(drafts)]
    return {
        "schema": "script/1",
        "format": document.format,
        "lines": document.lines,
        "title_page": dict(document.title_page),
        "scenes": [_scene(n, draft, days[n - 1]) for n, draft in numbered],
        "cues": [cue for n, draft in numbered for cue in _cues(n, draft, people)],
        "elements": [{"line": one.line, "type": one.type.value} for one in document.elements],
        "entities": [*_persons(people), *_places(drafts)],
        "mentions": [mention for n, draft in numbered for mention in _mentions(n, draft, people, document)],
        "warnings": [
            *({"line": one.line, "message": one.message} for one in document.warnings),
            *({"line": one.line, "message": one.message} for one in people.doubts),
        ],
    }


def _scene(n: int, draft: SceneDraft, day: str) -> dict[str, Any]:
    heading, where = draft.heading, draft.where
    return {
        "n": n,
        "number": heading.number,
        "heading": heading.text,
        "int_ext": where.place.value if where.place else None,
        "location": where.location,
        "sublocation": where.sublocation,
        "time": where.time,
        "kind": heading.kind.value if heading.kind else "standard",
        "line": heading.line,
        "end_line": draft.end_line,
        "eighths": 0 if heading.omitted else draft.eighths,
        "omitted": heading.omitted,
        "story_day": day,
        "confidence": min(heading.confidence, 1.0 if where.place else _SURE_OF_FORCED),
    }


def _cues(n: int, draft: SceneDraft, people: People) -> Iterator[dict[str, Any]]:
    for element in draft.body:
        if element.type is ElementType.CHARACTER:
            speaker = people.speaker(parse_cue(element.text))
            cue = {
                "character": speaker.name,
                "raw": element.written or element.text,
                "line": element.line,
                "scene": n,
                "dual": element.dual,
                "people": [people.human(one) for one in speaker.ids],
            }
            yield cue


def _persons(people: People) -> Iterator[dict[str, Any]]:
    """Yield everyone once: who is met at two ages is one human being, with versions."""
    for person in people.members:
        if people.human(person.id) != person.id:
            continue
        versions = [one for one in people.members if one.version_of == person.id]
        told = [link for one in (person, *versions) for link in one.evidence]
        yield {
            "id": person.id,
            "kind": "character",
            "name": person.name,
            "aliases": [*person.aliases, *(name for one in versions for name in (one.name, *one.aliases))],
            "versions": [{"id": one.id, "name": one.name} for one in versions],
            "evidence": [link.to_json() for link in told],
        }


def _places(drafts: Sequence[SceneDraft]) -> Iterator[dict[str, Any]]:
    names = dict.fromkeys(spelled(draft.where.location) for draft in drafts if draft.lead is None)
    for name in names:
        place = {"id": entity_id("location", name), "kind": "location", "name": name}
        yield {**place, "aliases": [], "versions": [], "evidence": []}


def _mentions(n: int, draft: SceneDraft, people: People, document: Document) -> Iterator[dict[str, Any]]:
    """Yield places and everyone named in action, then each thing once: those that a person tagged first."""
    heading, where = draft.heading, draft.where
    place, sure = entity_id("location", where.location), heading.confidence
    yield _mention(n, "location", where.location, line=heading.line, sure=sure, entity=place)
    if where.sublocation:
        part = f"{entity_id('sublocation', where.location)}/{slug_of(where.sublocation)}"
        yield _mention(n, "sublocation", where.sublocation, line=heading.line, sure=sure, entity=part)
    for element in draft.actions:
        lines = LineFinder(element)
        for found in people.named_in(element.text):
            line, sure = lines.at(found.start), 0.9 if found.present else 0.7
            name = people.get(found.id).name
            yield _mention(n, "character", name, line=line, sure=sure, entity=found.id)
    tags = [tag for tag in tagged_in(draft, document.tags) if tag.category != CAST]
    for tag in tags:
        entity = entity_id(tag.category, tag.name)
        yield _mention(n, tag.category, tag.name, line=heading.line + tag.at, sure=1.0, entity=entity)
    for thing in () if heading.omitted else once(things_in((heading, *draft.body), people)):
        if not any(is_tagged(thing, tag) for tag in tags):
            told = {"line": thing.line, "sure": thing.confidence, "entity": thing.entity}
            yield _mention(n, thing.category, thing.name, spoken=thing.spoken, **told)


def _mention(n: int, category: str, name: str, /, **told: Any) -> dict[str, Any]:
    return {
        "scene": n,
        "category": category,
        "name": name,
        "line": told["line"],
        "confidence": told["sure"],
        "entity": told["entity"],
        "spoken": told.get("spoken", False),
    }
