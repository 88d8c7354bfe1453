"""The inspection: what the readers see in a script, as the `script/1` shape of `docs/interfaces.md`.

`cine-forge script inspect` prints it. No project is needed and nothing is written; a script without a
scene is shown, not refused. It tells what stands there; ids of scenes are the breakdown's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.breakdown.scene_draft import SceneDraft, cut_scenes
from cine_forge.film.breakdown.things import once, things_in
from cine_forge.film.naming import entity_id, spelled
from cine_forge.film.people.people import People, find_people
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import ElementType
from cine_forge.film.screenplay.reading import read_script

_SURE_OF_FORCED = 0.98


def inspect_script(path: Path) -> dict[str, Any]:
    """Return the script at `path` as `script/1`. Lines count from 1. Raises as `read_script` does."""
    document = read_script(path)
    drafts = cut_scenes(document)
    people = find_people(drafts)
    numbered = list(enumerate(drafts, 1))
    return {
        "schema": "script/1",
        "format": document.format,
        "lines": document.lines,
        "title_page": dict(document.title_page),
        "scenes": [_scene(n, draft) for n, draft in numbered],
        "cues": [cue for n, draft in numbered for cue in _cues(n, draft, people)],
        "elements": [{"line": one.line, "type": one.type.value} for one in document.elements],
        "entities": [*_persons(people), *_places(drafts)],
        "mentions": [mention for n, draft in numbered for mention in _mentions(n, draft, people)],
        "warnings": [
            *({"line": one.line, "message": one.message} for one in document.warnings),
            *({"line": one.line, "message": one.message} for one in people.doubts),
        ],
    }


def _scene(n: int, draft: SceneDraft) -> dict[str, Any]:
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
        "confidence": min(heading.confidence, 1.0 if where.place else _SURE_OF_FORCED),
    }


def _cues(n: int, draft: SceneDraft, people: People) -> Iterator[dict[str, Any]]:
    for element in draft.body:
        if element.type is ElementType.CHARACTER:
            speaker = people.speaker(parse_cue(element.text))
            cue = {
                "character": speaker.name,
                "raw": element.text,
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


def _mentions(n: int, draft: SceneDraft, people: People) -> Iterator[dict[str, Any]]:
    heading, where = draft.heading, draft.where
    yield _mention(n, "location", where.location, heading.line, heading.confidence)
    if where.sublocation:
        yield _mention(n, "sublocation", where.sublocation, heading.line, heading.confidence)
    for element in draft.actions:
        lines = LineFinder(element)
        for found in people.named_in(element.text):
            sure = 0.9 if found.present else 0.7
            yield _mention(n, "character", people.get(found.id).name, lines.at(found.start), sure)
    for thing in once(things_in((heading, *draft.body), people)):
        yield _mention(n, thing.category, thing.name, thing.line, thing.confidence)


def _mention(n: int, category: str, name: str, line: int, confidence: float) -> dict[str, Any]:
    return {"scene": n, "category": category, "name": name, "line": line, "confidence": confidence}
