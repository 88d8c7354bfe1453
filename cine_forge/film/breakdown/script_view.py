"""The script view: every line of the source with what it is, whose scene it is in, and what it mentions.

The review application draws it (`script_view/1`): columns of a span count characters of the source's own
line from 0, its end exclusive. Anchors hold on to a line while other lines come and go: they are made of the
scene's id and the line's words. Pure data; nothing is judged here.

    view_of_file, view_of_source
      script_view
      kinds, scenes, marks       by line
      Wording.spans              mentions of the ledger, to the words that say them
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cine_forge.film.breakdown.breakdown import History, break_down
from cine_forge.film.breakdown.wording import MentionSpan, Wording
from cine_forge.film.people.cast_list import Designer
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import Stripboard
from cine_forge.film.schemas.scene import MentionLedger, Scene
from cine_forge.film.screenplay.document import Document, Element, ElementType, SpanKind
from cine_forge.film.screenplay.encoding import split_lines
from cine_forge.film.screenplay.formats.typescript import typeset
from cine_forge.film.screenplay.reading import check_suffix, read_source
from cine_forge.film.screenplay.source_text import SourceText, open_source
from cine_forge.kernel.ground.hashing import digest_of

UNSURE = 0.8
"""A line that was classified with less confidence gets a mark."""

_HEAD = "head"
_MARK_LETTERS = 8


@dataclass(frozen=True)
class ViewRecords:
    """What the breakdown of an episode keeps, as far as a view needs it."""

    ledger: MentionLedger
    scenes: Sequence[Scene]
    assets: Sequence[Asset]
    board: Stripboard


def script_view(document: Document, lines: Sequence[str], records: ViewRecords) -> dict[str, Any]:
    """Return the view of a script. `lines` are the source's, to which the document and the ledger refer."""
    scenes = _scene_by_line(records.ledger, len(lines))
    spans = defaultdict[int, list[MentionSpan]](list)
    for span in Wording(lines, records.assets, records.ledger).spans():
        spans[span.line].append(span)
    implied = _implied(records.ledger, [one for found in spans.values() for one in found])
    kinds = _elements_by_line(document, len(lines))
    marks = _marks(document, records)
    anchors = _anchors(lines, scenes)
    return {
        "schema": "script_view/1",
        "source": records.ledger.source,
        "source_sha256": records.ledger.source_sha256,
        "format": document.format,
        "scenes": [*_scenes(records)],
        "entities": [*_entities(records)],
        "lines": [
            {
                "n": n,
                "anchor": anchors[n - 1],
                "text": text,
                "type": kinds[n].type.value if n in kinds else None,
                "confidence": kinds[n].confidence if n in kinds else None,
                "scene": scenes.get(n),
                "spans": [one.to_json() for one in sorted(spans[n], key=_place_of)],
                "implied": implied.get(n, []),
                "marks": marks.get(n, []),
            }
            for n, text in enumerate(lines, 1)
        ],
    }


def view_of_file(path: Path, designer: Designer) -> dict[str, Any]:
    """Return the view of a script's file; nothing is written. Raises as `read_script` and `break_down` do."""
    check_suffix(path.name)
    return view_of_source(open_source(path), episode="script", history=History(), designer=designer)


def view_of_source(
    source: SourceText, *, episode: str, history: History, designer: Designer
) -> dict[str, Any]:
    """Return the view of a script that was made readable, with the ids that its history gives.

    A format that is all markup is shown as the script that it holds, line by line as it is typed.
    """
    source = _typed(source)
    document = read_source(source)
    done = break_down(document, source, episode=episode, history=history, designer=designer)
    records = ViewRecords(done.ledger, done.scenes, done.assets, done.stripboard)
    return script_view(document, source.lines, records)


def _typed(source: SourceText) -> SourceText:
    if source.extract is None or source.extract.elements is None or source.extract.text is not None:
        return source
    shown = typeset(source.extract)
    return replace(source, extract=shown, text=shown.text or "", lines=split_lines(shown.text or ""))


def _implied(ledger: MentionLedger, said: Sequence[MentionSpan]) -> dict[int, list[dict[str, Any]]]:
    """Return the mentions that no word says, by line: the telephone of `she hangs up`."""
    found = {id(one.mention) for one in said}
    implied = defaultdict[int, list[dict[str, Any]]](list)
    for one in ledger.mentions:
        if id(one) not in found:
            told = {"category": one.category, "entity": one.entity, "name": one.name}
            implied[one.line].append({**told, "confidence": one.confidence})
    return dict(implied)


def _place_of(span: MentionSpan) -> tuple[int, int, str, str]:
    return span.start, span.end, span.mention.category, span.mention.entity


def _scene_by_line(ledger: MentionLedger, count: int) -> dict[int, str]:
    """Return the scene of each line: from its heading up to the next one's."""
    found: dict[int, str] = {}
    spans = sorted(ledger.spans, key=lambda one: one.line)
    for at, span in enumerate(spans):
        end = spans[at + 1].line if at + 1 < len(spans) else count + 1
        found.update(dict.fromkeys(range(span.line, end), span.scene))
    return found


def _elements_by_line(document: Document, count: int) -> dict[int, Element]:
    """Return what each line is; where a note stands within a speech, the speech wins."""
    aside = {ElementType.NOTE, ElementType.BONEYARD}
    found: dict[int, Element] = {}
    for element in sorted(document.elements, key=lambda one: one.type not in aside):
        for line in range(element.line, min(element.end_line, count) + 1):
            found[line] = element
    return found


def _anchors(lines: Sequence[str], scenes: Mapping[int, str]) -> list[str]:
    """Return an anchor for each line; equal lines of one scene are counted."""
    seen: Counter[str] = Counter()
    anchors = []
    for n, text in enumerate(lines, 1):
        key = f"{scenes.get(n, _HEAD)}/{digest_of(' '.join(text.split()))[:_MARK_LETTERS]}"
        seen[key] += 1
        anchors.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return anchors


def _marks(document: Document, records: ViewRecords) -> dict[int, list[dict[str, Any]]]:
    """Return what stands in the gutter, by line."""
    marks = defaultdict[int, list[dict[str, Any]]](list)
    strips = {one.scene: one for one in records.board.strips}
    for span in records.ledger.spans:
        strip = strips[span.scene]
        told = {"kind": "scene", "number": strip.number, "eighths": strip.eighths, "day": strip.day}
        marks[span.line].append({**told, "page": strip.page})
    for element in document.elements:
        if any(one.kind is SpanKind.REVISION for one in element.spans):
            marks[element.line].append({"kind": "revised"})
        if element.type is ElementType.NOTE:
            marks[element.line].append({"kind": "note", "text": element.text})
        if element.confidence < UNSURE:
            marks[element.line].append({"kind": "unsure", "confidence": element.confidence})
    for tag in document.tags:
        marks[tag.line].append({"kind": "tag", "category": tag.category, "text": tag.name})
    for warned in document.warnings:
        marks[warned.line].append({"kind": "warning", "text": warned.message})
    return dict(marks)


def _scenes(records: ViewRecords) -> Iterator[dict[str, Any]]:
    spans = {one.scene: one for one in records.ledger.spans}
    strips = {one.scene: one for one in records.board.strips}
    for scene in records.scenes:
        span, strip = spans[scene.id], strips[scene.id]
        yield {
            "id": scene.id,
            "number": scene.number,
            "heading": scene.heading,
            "line": span.line,
            "end_line": span.end_line,
            "omitted": scene.omitted,
            "eighths": strip.eighths,
            "day": strip.day,
        }


def _entities(records: ViewRecords) -> Iterator[dict[str, str]]:
    """Yield everything that is mentioned once, in the order of the script, under its first name."""
    names = {one.id: one.name for one in records.assets}
    kinds = {one.id: one.kind for one in records.assets}
    first = {one.entity: one for one in reversed(records.ledger.mentions)}
    for entity in dict.fromkeys(one.entity for one in records.ledger.mentions):
        mention = first[entity]
        kind = kinds.get(entity, mention.category)
        yield {"id": entity, "kind": kind, "name": names.get(entity, mention.name)}
