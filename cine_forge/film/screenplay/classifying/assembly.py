"""The assembly: decided lines become the elements of a document, and doubtful ones become warnings.

An element is as sure as its least sure line. Every element below `DOUBTFUL` is told by a warning at its
line; neighbours of one kind share one, and when there are many, each kind shares one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cine_forge.film.screenplay.classifying.evidence import Finding
from cine_forge.film.screenplay.classifying.label import Label
from cine_forge.film.screenplay.classifying.line.script_line import ScriptLine
from cine_forge.film.screenplay.classifying.line.sight import Sight
from cine_forge.film.screenplay.classifying.sequence import Decision
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind, Warned
from cine_forge.film.screenplay.headings import is_omitted, match_heading, split_number
from cine_forge.film.screenplay.lifting import Lifted
from cine_forge.film.screenplay.runs import Runs
from cine_forge.film.screenplay.title_page import TitlePage

DOUBTFUL = 0.75
_MOST_WARNINGS = 12
_SHOWN = 40
_BRACKET = re.compile(r"^([(（][^()（）\n]{1,120}[)）])[ \t]*(\S.*)$")
_TYPES: dict[Label, ElementType] = {
    "action": ElementType.ACTION,
    "speech": ElementType.DIALOGUE,
    "bracket": ElementType.PARENTHETICAL,
    "transition": ElementType.TRANSITION,
    "title": ElementType.TITLE,
}


class Guess(NamedTuple):
    """A line, what it was decided to be, what was found in it, and the confidence of the decision."""

    sight: Sight
    decision: Decision
    finding: Finding
    sure: float

    @property
    def line(self) -> ScriptLine:
        """Return the line itself."""
        return self.sight.line


def assembled(
    guesses: Sequence[Guess], title: TitlePage, lifted: Lifted, *, form: str, count: int
) -> Document:
    """Make the document of `count` source lines."""
    runs, margin = Runs(), _margin(guesses)
    for at, guess in enumerate(guesses):
        following = guesses[at + 1].decision.label if at + 1 < len(guesses) else "end"
        if guess.decision.label != "more_heading":
            more = guesses[at + 1].line if following == "more_heading" else None
            _add(runs, guess, more, margin)
    elements = runs.finished((*title.elements, *lifted.elements))
    warnings = sorted((*lifted.warnings, *_warnings(guesses)), key=lambda warned: warned.line)
    entries = title.entries or _entries(elements)
    return Document(format=form, lines=count, title_page=entries, elements=elements, warnings=tuple(warnings))


def _entries(elements: Sequence[Element]) -> dict[str, str]:
    first = next((element.text for element in elements if element.type is ElementType.TITLE), None)
    return {"Title": first} if first else {}


def _margin(guesses: Sequence[Guess]) -> int:
    """Return the column where the print sets action; what is further in keeps the difference."""
    columns = Counter(guess.line.indent for guess in guesses if guess.decision.label == "action")
    return columns.most_common(1)[0][0] if columns else 0


def _add(runs: Runs, guess: Guess, more: ScriptLine | None, margin: int) -> None:
    line, label = guess.line, guess.decision.label
    sure = guess.sure
    if label == "heading":
        _add_heading(runs, guess, more)
    elif label == "cue":
        _add_cue(runs, line, line.text, line.raw, sure)
    elif label == "inline" and guess.finding.inline:
        _add_cue(runs, line, guess.finding.inline.shown, line.raw, sure)
        _add_speech(runs, line, guess.finding.inline.text, sure)
    elif label == "section":
        depth = line.level or 1
        runs.close()
        runs.add(
            ElementType.SECTION, line.row, line.text.rstrip(": "), line.raw, depth=depth, confidence=sure
        )
    elif label == "other":
        _add_marked(runs, line)
    elif label == "speech":
        _add_speech(runs, line, line.text, sure)
    elif label == "action":
        text = line.text.replace("!", "", 1) if line.mark == "!" else line.text
        inner = " " * max(0, line.indent - margin)
        runs.add(ElementType.ACTION, line.row, inner + text, line.raw, confidence=sure)
    else:
        text = line.text.lstrip("> ") if label == "transition" else line.text
        runs.add(_TYPES[label], line.row, text, line.raw, confidence=sure)


def _add_heading(runs: Runs, guess: Guess, more: ScriptLine | None) -> None:
    line = guess.line
    forced = line.mark == "." and line.text.startswith(".")
    text = line.text[1:] if forced else line.named
    text, number = split_number(text)
    found = match_heading(text)
    kind = HeadingKind.FORCED if forced else HeadingKind.STANDARD if found else HeadingKind.PLAIN
    if found:
        text, number = found.text, number or found.number
    if more is not None:
        text = f"{text} {more.named}"
    element = Element(
        type=ElementType.SCENE_HEADING,
        text=text,
        raw=line.raw if more is None else f"{line.raw}\n{more.raw}",
        line=line.row + 1,
        end_line=(more or line).row + 1,
        kind=kind,
        number=number or line.number,
        omitted=is_omitted(text.upper()),
        confidence=guess.sure,
    )
    runs.close()
    runs.elements.append(element)


def _add_cue(runs: Runs, line: ScriptLine, text: str, raw: str, sure: float) -> None:
    shown = text.removeprefix("@").rstrip(":：^ \t").strip()
    runs.close()
    dual = parse_cue(text).dual
    runs.add(ElementType.CHARACTER, line.row, shown, raw, dual=dual, confidence=sure)


def _add_speech(runs: Runs, line: ScriptLine, text: str, sure: float) -> None:
    """Add a line of a speech; a bracket at its head is split off."""
    found = _BRACKET.match(text)
    if found:
        runs.add(ElementType.PARENTHETICAL, line.row, found[1], found[1], confidence=sure)
        text = found[2]
    bracket = text[0] in "(（" and text[-1] in ")）"
    kind = ElementType.PARENTHETICAL if bracket else ElementType.DIALOGUE
    runs.add(kind, line.row, text, line.raw, confidence=sure)


def _add_marked(runs: Runs, line: ScriptLine) -> None:
    """Add a line that a marker alone decides: centred, lyric, synopsis, page break."""
    text = line.raw.strip()
    if line.mark == ">":
        runs.add(ElementType.CENTERED, line.row, text[1:-1].strip(), line.raw)
    elif line.mark == "~":
        runs.add(ElementType.LYRIC, line.row, text[1:].strip(), line.raw)
    else:
        kind = ElementType.PAGE_BREAK if len(text) > 2 and not text.strip("=") else ElementType.SYNOPSIS
        runs.add(kind, line.row, text.lstrip("= \t"), line.raw)


def _warnings(guesses: Sequence[Guess]) -> Iterator[Warned]:
    """Yield one warning for each run of doubtful lines of one label; of a flood, one for each label."""
    doubtful = [guess for guess in guesses if guess.sure < DOUBTFUL]
    runs: list[list[Guess]] = []
    places = {id(guess): at for at, guess in enumerate(guesses)}
    for guess in doubtful:
        last = runs[-1][-1] if runs else None
        near = last is not None and places[id(guess)] - places[id(last)] == 1
        if near and last is not None and last.decision.label == guess.decision.label:
            runs[-1].append(guess)
        else:
            runs.append([guess])
    if len(runs) > _MOST_WARNINGS:
        labels = dict.fromkeys(guess.decision.label for guess in doubtful)
        runs = [[guess for guess in doubtful if guess.decision.label == label] for label in labels]
    yield from (_warned(run) for run in runs)


def _warned(run: Sequence[Guess]) -> Warned:
    """Tell one run: its lines, what they were taken for, and what the least sure one could be instead."""
    first, least = run[0].line, min(run, key=lambda guess: guess.decision.margin).decision
    shown = first.text if len(first.text) <= _SHOWN else f"{first.text[: _SHOWN - 1]}…"
    which = f"`{shown}` was" if len(run) == 1 else f"`{shown}` and {_counted(run[1:])} were"
    sure = "confidence" if len(run) == 1 else "least confidence"
    instead = f"could be {_TOLD[least.runner_up]} ({sure} {least.confidence:.2f})"
    return Warned(line=first.row + 1, message=f"{which} taken for {_TOLD[least.label]}; {instead}")


def _counted(rest: Sequence[Guess]) -> str:
    last = rest[-1].line.row + 1
    return f"line {last}" if len(rest) == 1 else f"{len(rest)} more lines down to line {last}"


_TOLD: dict[Label, str] = {
    "heading": "a heading",
    "more_heading": "the rest of a heading",
    "action": "action",
    "cue": "a cue",
    "bracket": "a parenthetical",
    "speech": "dialogue",
    "inline": "a cue with its speech",
    "transition": "a transition",
    "section": "a section",
    "title": "a line of the title page",
    "other": "something else",
}
