"""The classification: lines in, a document out, by weighing all lines of a file together.

Called for every text that is not well-formed Fountain, and by readers of formats that give lines with
columns (PDF). The way: lines, page furniture, habits, evidence, decision, and a second decision that knows
the columns and names which the first one found. Then elements, and a warning for every guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from cine_forge.film.screenplay.classifying.assembly import Guess, assembled
from cine_forge.film.screenplay.classifying.evidence import Finding, Neighbours, find, forced_label
from cine_forge.film.screenplay.classifying.habit import Habit, habit_of, is_numbered
from cine_forge.film.screenplay.classifying.learning import learned
from cine_forge.film.screenplay.classifying.line.furniture import furniture_of
from cine_forge.film.screenplay.classifying.line.script_line import (
    ScriptLine,
    script_lines,
    without_lone_number,
)
from cine_forge.film.screenplay.classifying.line.sight import Sight, sight_of
from cine_forge.film.screenplay.classifying.sequence import Scores, Space, decide
from cine_forge.film.screenplay.document import Document
from cine_forge.film.screenplay.lifting import lift
from cine_forge.film.screenplay.title_page import read_title_page

_LONGEST_BRACKET = 70


def classify(lines: Sequence[str], form: str = "text") -> Document:
    """Classify the lines of a script of unknown make.

    Leading spaces are columns (as a PDF or a fixed-width print gives them); an empty string is a blank
    line. Page numbers, running heads and CONTINUED lines may be left in. Line numbers of the document count
    `lines` from 1. `form` goes into the document; `markdown` reads bold lines, `#` and lists. Never refuses.
    """
    lifted = lift(lines)
    title = read_title_page(lifted.lines)
    markdown = form == "markdown"
    every = script_lines(lifted.lines, title.end, markdown=markdown)
    printed = furniture_of(every)
    numbered = is_numbered([line for at, line in enumerate(every) if at not in printed])
    sights = [sight_of(_believed(line, numbered)) for at, line in enumerate(every) if at not in printed]
    habit = habit_of(sights, numbered=numbered)
    spaces = _spaces(every, printed, habit)
    found = _found(sights, spaces, habit, markdown=markdown)
    scores = [finding.scores for finding in found]
    decisions = decide(scores, spaces)
    decisions = decide(learned(sights, decisions, scores), spaces)
    parts = zip(sights, decisions, found, strict=True)
    guesses = [Guess(sight, decision, finding, decision.confidence) for sight, decision, finding in parts]
    return assembled(guesses, title, lifted, form=form, count=len(lines))


def _believed(line: ScriptLine, numbered: bool) -> ScriptLine:
    return line if numbered else without_lone_number(line)


def _spaces(every: Sequence[ScriptLine], printed: frozenset[int], habit: Habit) -> list[Space]:
    """Say for each kept line what stands over it: nothing (0), a blank line (1), nothing to go by (2)."""
    spaces: list[Space] = []
    unsure = False
    for at, line in enumerate(every):
        if at in printed:
            unsure = True
            continue
        if habit.dense or unsure or (habit.double and line.gap == 1):
            spaces.append(2 if not (habit.dense and line.gap) else 1)
        else:
            spaces.append(1 if line.gap else 0)
        unsure = False
    return spaces


def _found(
    sights: Sequence[Sight], spaces: Sequence[Space], habit: Habit, *, markdown: bool
) -> list[Finding]:
    brackets = _open_brackets(sights)
    found: list[Finding] = []
    last = len(sights) - 1
    for at, sight in enumerate(sights):
        forced = forced_label(sight.line, markdown=markdown)
        if forced:
            found.append(Finding(Scores((forced,), (0.0,))))
            continue
        around = Neighbours(
            sights[at - 1] if at else None,
            sights[at + 1] if at < last else None,
            gap_before=spaces[at] == 1,
            gap_after=at == last or spaces[at + 1] == 1,
            in_bracket=at in brackets,
        )
        found.append(find(sight, around, habit, at))
    return found


def _open_brackets(sights: Sequence[Sight]) -> frozenset[int]:
    """Return the positions of lines in a bracket that runs over at most three lines."""
    inside: set[int] = set()
    for at, sight in enumerate(sights):
        text = sight.line.text
        if text[0] != "(" or ")" in text or len(text) > _LONGEST_BRACKET:
            continue
        for end in range(at + 1, min(at + 3, len(sights))):
            line = sights[end].line
            if line.gap or (")" in line.text and not line.text.endswith(")")):
                break
            if line.text.endswith(")"):
                inside.update(range(at, end + 1))
                break
    return frozenset(inside)
